package wire

import (
	"errors"
	"fmt"
	"net/http"
)

// Code names one way in which a request can fail. Every error that a client can
// see stands in the one table below; anything else leaves as CodeInternal with
// a number that the log has too.
type Code string

// Every code.
const (
	CodeMalformed      Code = "malformed"
	CodeUnknownFrame   Code = "unknown_frame"
	CodeTooLarge       Code = "too_large"
	CodeRate           Code = "rate"
	CodeNotFound       Code = "not_found"
	CodeForbidden      Code = "forbidden"
	CodeWrongLine      Code = "wrong_line"
	CodeSignIn         Code = "sign_in"
	CodeSignInFailed   Code = "sign_in_failed"
	CodeLocked         Code = "locked"
	CodeProof          Code = "proof"
	CodeExpired        Code = "expired"
	CodeReplayed       Code = "replayed"
	CodeStepUp         Code = "step_up_required"
	CodeNotCertified   Code = "not_certified"
	CodeDevice         Code = "device_revoked"
	CodeSuspended      Code = "suspended"
	CodeRoster         Code = "roster"
	CodeConflict       Code = "conflict"
	CodeTaken          Code = "taken"
	CodeBadSignature   Code = "bad_signature"
	CodeWrongThread    Code = "wrong_thread"
	CodeReaders        Code = "wrong_readers"
	CodeState          Code = "wrong_state"
	CodeStale          Code = "stale_keys"
	CodeRefused        Code = "statement_refused"
	CodeInvitation     Code = "invitation"
	CodeOrigin         Code = "origin"
	CodeTicket         Code = "ticket"
	CodeMethod         Code = "method"
	CodeTooMany        Code = "too_many"
	CodeSlow           Code = "slow"
	CodeSilent         Code = "silent"
	CodeShutdown       Code = "shutdown"
	CodeUnknownOutcome Code = "unknown_outcome"
	CodeInternal       Code = "internal"
	CodeWitnessAway    Code = "witness_away"
	CodePassword       Code = "password"
	CodeTopic          Code = "topic"
	CodeUnverified     Code = "unverified"
	CodeCallBack       Code = "call_back"
	CodeReveal         Code = "reveal"
	CodeTooFew         Code = "too_few"
	CodePasskey        Code = "passkey_required"
	CodeRecovery       Code = "recovery_code"
)

// ErrorInfo is one row of the table: the HTTP status, what happened, and what
// to do next, in words for people.
type ErrorInfo struct {
	Code   Code   `json:"code"`
	Status int    `json:"status"`
	Text   string `json:"text"`
	Hint   string `json:"hint"`
}

// Errors is the table.
var Errors = []ErrorInfo{
	{CodeMalformed, http.StatusBadRequest, "The request could not be read. Nothing was changed.", "Update the program and try again."},
	{CodeUnknownFrame, http.StatusBadRequest, "The request is of a kind that this service does not know. Nothing was changed.", "Update the program and try again."},
	{CodeTooLarge, http.StatusRequestEntityTooLarge, "That is too large to send. Nothing was changed.", "Send long content as a file, or send a smaller file."},
	{CodeRate, http.StatusTooManyRequests, "Too many requests in a short time. Nothing was changed.", "Wait a moment and try again."},
	{CodeNotFound, http.StatusNotFound, "There is nothing here under that name.", "Check the name. You see only what you take part in."},
	{CodeForbidden, http.StatusForbidden, "Your role does not allow this. Nothing was changed.", "Ask your lead or the registrar."},
	{CodeWrongLine, http.StatusForbidden, "This line does not serve you. Nothing was changed.", "Navigators and counselors write to the ARC. Brokers and their staff write to the Broker Line."},
	{CodeSignIn, http.StatusUnauthorized, "You are not signed in.", "Sign in and try again. What you wrote is kept on this device."},
	{CodeSignInFailed, http.StatusUnauthorized, "Sign-in did not work.", "Check your name, your password and the six digits, and try again."},
	{CodeLocked, http.StatusTooManyRequests, "Too many failed tries. Sign-in rests for a while.", "Wait 30 minutes, or ask the registrar."},
	{CodeProof, http.StatusUnauthorized, "This device could not prove that it is yours.", "Sign in again on the device that was approved."},
	{CodeExpired, http.StatusUnauthorized, "The time for this has run out.", "Sign in or start again. What you wrote is kept on this device."},
	{CodeReplayed, http.StatusUnauthorized, "This was used before. It works only once.", "Start again."},
	{CodeStepUp, http.StatusForbidden, "This needs your second factor again. Nothing was changed.", "Enter the six digits from your app."},
	{CodeNotCertified, http.StatusForbidden, "Your certification is not in force today. You can read, and not write.", "Finish your certification with the exchange. You can write again as soon as the roster says so. What you wrote is kept."},
	{CodeSuspended, http.StatusForbidden, "Your access to this service is suspended or has ended. Nothing was changed.", "Ask your agency's administrator or the registrar. What you wrote is kept on this device."},
	{CodeRoster, http.StatusConflict, "The roster does not allow this. Nothing was changed.", "Look at the person's row in the roster: it must be active, with the right line and proofing."},
	{CodeDevice, http.StatusForbidden, "This device was removed from your account.", "Use another of your devices, or ask the registrar."},
	{CodeConflict, http.StatusConflict, "Somebody wrote before you. Nothing was changed.", "The program reads what is new and tries again."},
	{CodeTaken, http.StatusConflict, "Somebody else took this thread first. Nothing was changed.", "Pick the next one in the line."},
	{CodeBadSignature, http.StatusUnprocessableEntity, "The message was not made by the person and device it names. It was not stored.", "Sign in again. If this comes back, tell the registrar."},
	{CodeWrongThread, http.StatusUnprocessableEntity, "The message belongs to another thread or place. It was not stored.", "The program reads what is new and tries again."},
	{CodeReaders, http.StatusUnprocessableEntity, "The message is not sealed to exactly the people who may read. It was not stored.", "The program reads what is new and tries again."},
	{CodeState, http.StatusConflict, "That is not possible now. Nothing was changed.", "Look at the thread again: it has moved on."},
	{CodeStale, http.StatusConflict, "Somebody's devices changed. The thread must be sealed anew first. Nothing was changed.", "The program does this and tries again."},
	{CodeRefused, http.StatusUnprocessableEntity, "The statement breaks a rule and was not stored.", "Update the program. If this comes back, tell the registrar."},
	{CodeInvitation, http.StatusForbidden, "This invitation does not work. It may be used, run out, withdrawn, or not approved yet.", "Wait for the approval, or ask the registrar for a new one."},
	{CodeOrigin, http.StatusForbidden, "This page may not use the service.", "Open the address that your registrar gave you."},
	{CodeTicket, http.StatusUnauthorized, "The connection could not be opened.", "The program tries again."},
	{CodeMethod, http.StatusMethodNotAllowed, "That address does not work this way.", "Update the program and try again."},
	{CodeTooMany, http.StatusTooManyRequests, "Too much is open at once. Nothing was changed.", "Close something first."},
	{CodeSlow, http.StatusRequestTimeout, "The connection was too slow and was closed. Nothing is lost.", "The program connects again and goes on where it was."},
	{CodeSilent, http.StatusRequestTimeout, "The connection was silent and was closed. Nothing is lost.", "The program connects again and goes on where it was."},
	{CodeShutdown, http.StatusServiceUnavailable, "The service restarts. What was confirmed is kept.", "The program connects again by itself."},
	{CodeUnknownOutcome, http.StatusServiceUnavailable, "The service cannot tell whether this was stored.", "The program asks again. It will not be stored twice."},
	{CodeInternal, http.StatusInternalServerError, "Something went wrong on our side. Nothing was changed.", "Try again. If it comes back, tell the operator this number."},
	{CodeWitnessAway, http.StatusServiceUnavailable, "The change is written down, and the agency's witness has not confirmed it yet. Until it does, nobody sees the change.", "Do not make it again. The service keeps asking the witness; look again in a minute. If this goes on, tell the operator."},
	{CodeRecovery, http.StatusForbidden, "This recovery code does not work here. It may have been used or replaced since.", "Look for the newest recovery code that you printed. If you cannot find it, ask the registrar."},
	{CodePasskey, http.StatusForbidden, "Your agency asks its staff to sign in with a passkey. Nothing was changed.", "Add a passkey to your account in the browser, then sign in with it."},
	{CodeTopic, http.StatusUnprocessableEntity, "This line does not take this topic from you, or not in this way. Nothing was sent.", "Choose another topic, or do what the topic says."},
	{CodeUnverified, http.StatusUnprocessableEntity, "This needs a talk with the consumer on the phone first. Nothing was changed.", "Speak with the consumer, check three details, read the warnings, and record it. Then close it."},
	{CodeCallBack, http.StatusUnprocessableEntity, "This call-back is not possible now. Nothing was changed.", "Look at where the call-back stands. If the time is taken, choose another one."},
	{CodeReveal, http.StatusForbidden, "These details are closed. Nobody was shown anything.", "Open them first, with your second factor. Both sides see that you did."},
	{CodeTooFew, http.StatusUnprocessableEntity, "With so few people the line would get longer and longer.", "Plan with more people, or with less work."},
	{CodePassword, http.StatusUnprocessableEntity, "This password is too short or too easy to guess. Nothing was changed.", "Choose at least 12 characters without your name, such as four words that do not belong together."},
}

// Info returns a code's row.
func (c Code) Info() ErrorInfo {
	for _, e := range Errors {
		if e.Code == c {
			return e
		}
	}
	return CodeInternal.Info()
}

// Error is a refusal that a client may see. Why it was refused in detail is for
// the log only.
type Error struct {
	Code Code
	Next uint64 // with CodeConflict: where the thread stands
	why  error
}

// Refuse makes the refusal of a code.
func Refuse(c Code) *Error { return &Error{Code: c} }

// Because notes the inner reason, for the log.
func (e *Error) Because(why error) *Error {
	e.why = why
	return e
}

// Error gives code and inner reason: for logs, never for people.
func (e *Error) Error() string {
	if e.why != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.why)
	}
	return string(e.Code)
}

// Unwrap gives the inner reason.
func (e *Error) Unwrap() error { return e.why }

// CodeOf finds the code in an error; CodeInternal where there is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// Problem is the body of every HTTP answer that is an error.
type Problem struct {
	Code   Code   `json:"code"`
	Text   string `json:"text"`
	Hint   string `json:"hint"`
	Number string `json:"number,omitempty"` // with code internal: the log has it too
}
