// Package headers holds what every answer of the service says to a browser,
// whoever gives it: the API and the browser client differ only in what may be
// kept and what a page may run.
package headers

import "net/http"

// NoPowers is the Permissions-Policy of an answer that needs nothing of a
// device.
const NoPowers = "camera=(), microphone=(), geolocation=(), interest-cohort=()"

// Set writes the headers that all answers share; over TLS the order to come back
// over TLS only, for a year. Content-Security-Policy and Cache-Control are the
// caller's own.
func Set(h http.Header, tls bool) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Permissions-Policy", NoPowers)
	if tls {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}
