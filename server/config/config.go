// Package config is the one home of every setting: one struct whose tags give
// the flag, the environment variable, the default and the explanation. The
// manual, the sample file and `arcline config` are printed from it.
package config

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the exchange's zone must be known on any machine

	"arcline/server/wire/roster"
)

// Config is every setting of the server.
type Config struct {
	Listen   string  `flag:"listen" default:"127.0.0.1:8080" doc:"address and port to serve on"`
	Data     string  `flag:"data" default:"arcline-data" doc:"folder of the store, the sealed files and the service's own keys"`
	Origins  string  `flag:"origins" default:"" doc:"web addresses whose pages may connect, comma separated; empty: the listen address only"`
	TLSCert  string  `flag:"tls-cert" default:"" doc:"certificate chain (PEM); empty: plain HTTP, for loopback or behind a proxy on this machine"`
	TLSKey   string  `flag:"tls-key" default:"" doc:"private key of the certificate (PEM file)" secret:"path"`
	KeyFile  string  `flag:"key-file" default:"" doc:"file with the key that seals second-factor seeds and signing keys at rest; empty: service.key in the data folder"`
	Debug    string  `flag:"debug-listen" default:"" doc:"loopback address for metrics and profiles; empty: off"`
	LogLevel string  `flag:"log-level" default:"info" doc:"debug, info, warn or error"`
	Grace    int     `flag:"totp-grace-steps" default:"1" doc:"how many 30-second steps a code may be late: 0 or 1"`
	Rate     float64 `flag:"rate" default:"20" doc:"commands a second that one connection may send, on average; 0: no limit"`
	Burst    float64 `flag:"burst" default:"60" doc:"commands that one connection may send at once"`
	Sockets  int     `flag:"sockets" default:"15000" doc:"open connections in all"`

	WebFolder string `flag:"web-folder" default:"" doc:"folder with a browser client that you have built yourself; empty: the one inside this program"`

	Witnesses string `flag:"witnesses" default:"" doc:"addresses of the agency's witnesses, comma separated, such as https://witness.example; which of them count says the agency's policy"`

	SocketsPerPerson int `flag:"sockets-per-person" default:"10" doc:"open connections of one person"`

	Zone             string `flag:"time-zone" default:"America/Chicago" doc:"time zone of the exchange: certifications end at the end of its day"`
	OpenEnrollment   string `flag:"open-enrollment" default:"11-01" doc:"first day of open enrollment, month and day: a broker's certification ends the day before unless the roster says otherwise"`
	ZoneName         string `flag:"zone-name" default:"Central" doc:"how people call the time zone"`
	UrgentPhone      string `flag:"urgent-phone" default:"" doc:"number for what cannot wait, shown beside every conversation; empty: none is shown"`
	UrgentHours      string `flag:"urgent-hours" default:"" doc:"when that number is answered, in words"`
	ARCReply         string `flag:"arc-reply" default:"within one business day" doc:"when the ARC usually answers, in words"`
	DeskFile         string `flag:"desk-file" default:"" doc:"file (JSON) with each line's hours, promises, topics and forms; empty: the example inside this program, which arcline desk example prints"`
	BrokerReply      string `flag:"broker-reply" default:"within two business days" doc:"when the Broker Line usually answers, in words"`
	ARCDepartment    string `flag:"arc-department" default:"DHS" doc:"department whose staff alone may work on the ARC, as the roster writes it"`
	BrokerDepartment string `flag:"broker-department" default:"Exchange" doc:"department whose staff work on the Broker Line; others need a grant that ends"`
	PasskeyDomain    string `flag:"passkey-domain" default:"" doc:"domain that passkeys are bound to, such as arcline.example: the host of the pages in origins, or a domain above it; empty: no passkeys"`
	RequirePasskey   string `flag:"require-passkey" default:"off" doc:"off or staff: people of the agency can do nothing but add a passkey until they have signed in with one"`
	SupportStaff     string `flag:"support-staff" default:"on" doc:"on or off: brokers' support staff may write for a broker of their agency"`
	ProofingLevel    int    `flag:"proofing-level" default:"2" doc:"lowest identity assurance level (SP 800-63A) with which somebody can be invited: 0, 1, 2 or 3"`
	RosterFolder     string `flag:"roster-folder" default:"" doc:"folder that is looked into for a newer roster (*.csv); what takes access away is done at once, what gives it waits for the registrar; empty: none"`

	SMTP             string `flag:"smtp" default:"" doc:"mail server for notices, host and port such as mail.example:587; empty: notices wait"`
	SMTPFrom         string `flag:"smtp-from" default:"" doc:"address that notices come from"`
	SMTPUser         string `flag:"smtp-user" default:"" doc:"name at the mail server; empty: none"`
	SMTPPasswordFile string `flag:"smtp-password-file" default:"" doc:"file with the password at the mail server" secret:"path"`
	SMTPTLS          string `flag:"smtp-tls" default:"starttls" doc:"starttls, tls or none; none only to a mail server on this machine"`

	PushHosts   string        `flag:"push-hosts" default:"" doc:"hosts of push services that browsers may be told through, comma separated, such as updates.push.services.mozilla.com,fcm.googleapis.com,.push.apple.com; a leading dot stands for any name below; empty: no pushes"`
	PushContact string        `flag:"push-contact" default:"" doc:"address at which a push service can reach the operator, such as mailto:operator@example.org"`
	AlertPush   time.Duration `flag:"alert-push" default:"1m" doc:"somebody who has not read what came is told by push after this time"`
	AlertMail   time.Duration `flag:"alert-mail" default:"15m" doc:"and by mail after this time"`
	AlertAgain  time.Duration `flag:"alert-again" default:"24h" doc:"and by mail once more after this time"`

	Idle     time.Duration `flag:"idle" default:"15m" doc:"the sign-in of somebody of the agency ends after this time without an act of theirs"`
	Absolute time.Duration `flag:"absolute" default:"12h" doc:"the sign-in of somebody of the agency ends after this time in any case"`
	Watching time.Duration `flag:"watching" default:"720h" doc:"an auditor's sign-in reads the key log, and nothing else, for this long: a witness reads under one"`
	Drain    time.Duration `flag:"drain" default:"10s" doc:"how long a stopping server waits for what has begun"`
	NoSync   int           `flag:"dangerous-no-sync" default:"0" doc:"1 loses confirmed messages at a power cut: only for tests that must see the loss"`
	Check    time.Duration `flag:"check-limit" default:"2m" doc:"how long the check of the store at start may take before it is ended"`

	IdleAssisters     time.Duration `flag:"idle-assisters" default:"30m" doc:"the sign-in of an assister ends after this time without an act of theirs"`
	AbsoluteAssisters time.Duration `flag:"absolute-assisters" default:"12h" doc:"the sign-in of an assister ends after this time in any case"`
	SessionsPerPerson int           `flag:"sessions-per-person" default:"1" doc:"sign-ins of one person at the same time; one more ends the oldest"`
	AlarmFailures     int           `flag:"alarm-failures" default:"100" doc:"failed sign-ins of everybody within a minute that raise an alarm; 0: none"`
	OldKeyFile        string        `flag:"old-key-file" default:"" doc:"key file that was in use before, while rotate-key has not finished; empty: none"`
	TrustedProxies    string        `flag:"trusted-proxies" default:"" doc:"addresses or networks whose X-Forwarded-For is believed, comma separated; empty: nobody's"`
}

// Source says where a value came from.
type Source string

// The sources, weakest first.
const (
	FromDefault Source = "default"
	FromFile    Source = "file"
	FromEnv     Source = "environment"
	FromFlag    Source = "flag"
)

// Loaded is a config with the source of each value, by flag name.
type Loaded struct {
	Config
	Sources map[string]Source
}

func fields(c *Config, fn func(f reflect.StructField, v reflect.Value) error) error {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if err := fn(v.Type().Field(i), v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

// EnvName is the environment variable of a flag.
func EnvName(flagName string) string {
	return "ARCLINE_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

func set(f reflect.StructField, v reflect.Value, text string) error {
	switch v.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return fmt.Errorf("setting %s: %q is not a length of time such as 90s or 12h", f.Tag.Get("flag"), text)
		}
		v.SetInt(int64(d))
	case float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || x < 0 {
			return fmt.Errorf("setting %s: %q is not a number", f.Tag.Get("flag"), text)
		}
		v.SetFloat(x)
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("setting %s: %q is not a whole number", f.Tag.Get("flag"), text)
		}
		v.SetInt(int64(n))
	default:
		v.SetString(text)
	}
	return nil
}

// Default is the config with every default.
func Default() Config {
	var c Config
	if err := fields(&c, func(f reflect.StructField, v reflect.Value) error { return set(f, v, f.Tag.Get("default")) }); err != nil {
		panic(err) // a wrong default is caught by the first test
	}
	return c
}

// Load reads defaults, then the JSON file (if file is not empty), then the
// environment, then the flags in args, and checks the result.
func Load(file string, getenv func(string) string, args []string) (Loaded, []string, error) {
	l := Loaded{Config: Default(), Sources: map[string]Source{}}
	inFile, err := readFile(file)
	if err != nil {
		return l, nil, err
	}
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	given := map[string]string{}
	err = fields(&l.Config, func(f reflect.StructField, v reflect.Value) error {
		name := f.Tag.Get("flag")
		fs.Func(name, f.Tag.Get("doc"), func(s string) error { given[name] = s; return nil })
		l.Sources[name] = FromDefault
		if s, ok := inFile[name]; ok {
			l.Sources[name] = FromFile
			delete(inFile, name)
			if err := set(f, v, s); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
		if s := getenv(EnvName(name)); s != "" {
			l.Sources[name] = FromEnv
			return set(f, v, s)
		}
		return nil
	})
	for name := range inFile {
		err = errors.Join(err, fmt.Errorf("%s: there is no setting %q", file, name))
	}
	if err != nil {
		return l, nil, err
	}
	if err := fs.Parse(args); err != nil {
		return l, nil, err
	}
	err = fields(&l.Config, func(f reflect.StructField, v reflect.Value) error {
		name := f.Tag.Get("flag")
		if s, ok := given[name]; ok {
			l.Sources[name] = FromFlag
			return set(f, v, s)
		}
		return nil
	})
	if err != nil {
		return l, nil, err
	}
	return l, fs.Args(), l.Config.Validate()
}

func readFile(file string) (map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	m := map[string]string{}
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("read settings %s: it is not one JSON object of texts: %w", file, err)
	}
	return m, nil
}

// Validate says what cannot work.
func (c Config) Validate() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("setting listen: %q is not an address and port such as 127.0.0.1:8080", c.Listen)
	}
	if c.Grace < 0 || c.Grace > 1 {
		return fmt.Errorf("setting totp-grace-steps: %d is not 0 or 1", c.Grace)
	}
	if _, err := c.Roster().Rules(); err != nil {
		return fmt.Errorf("settings time-zone, open-enrollment and proofing-level: %w", err)
	}
	if err := c.checkMail(); err != nil {
		return err
	}
	if c.RequirePasskey != "off" && c.RequirePasskey != "staff" {
		return fmt.Errorf("setting require-passkey: %q is not off or staff", c.RequirePasskey)
	}
	if c.RequirePasskey == "staff" && c.PasskeyDomain == "" {
		return errors.New("setting require-passkey: passkey-domain is needed too")
	}
	if c.SupportStaff != "on" && c.SupportStaff != "off" {
		return fmt.Errorf("setting support-staff: %q is not on or off", c.SupportStaff)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("settings tls-cert and tls-key go together")
	}
	switch c.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		return fmt.Errorf("setting log-level: %q is not debug, info, warn or error", c.LogLevel)
	}
	if _, err := c.Proxies(); err != nil {
		return err
	}
	if c.SessionsPerPerson < 1 {
		return fmt.Errorf("setting sessions-per-person: %d is less than one", c.SessionsPerPerson)
	}
	for _, o := range c.OriginList() {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Path != "" {
			return fmt.Errorf("setting origins: %q is not like https://arcline.example", o)
		}
	}
	for _, w := range c.WitnessList() {
		u, err := url.Parse(w)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" {
			return fmt.Errorf("setting witnesses: %q is not like https://witness.example", w)
		}
	}
	return nil
}

func (c Config) checkMail() error {
	if c.SMTP == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(c.SMTP)
	if err != nil {
		return fmt.Errorf("setting smtp: %q is not a host and port such as mail.example:587", c.SMTP)
	}
	if !strings.Contains(c.SMTPFrom, "@") {
		return fmt.Errorf("setting smtp-from: %q is not a mail address", c.SMTPFrom)
	}
	switch c.SMTPTLS {
	case "starttls", "tls":
	case "none":
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return errors.New("setting smtp-tls: none is only for a mail server on this machine")
		}
	default:
		return fmt.Errorf("setting smtp-tls: %q is not starttls, tls or none", c.SMTPTLS)
	}
	return nil
}

// Roster are the settings that the roster is read by.
func (c Config) Roster() roster.Settings {
	return roster.Settings{Zone: c.Zone, OpenEnrollment: c.OpenEnrollment, ARCDepartment: c.ARCDepartment, BrokerDepartment: c.BrokerDepartment,
		Support: c.SupportStaff == "on", Level: c.ProofingLevel}
}

// Proxies reads the networks of trusted-proxies.
func (c Config) Proxies() (out []netip.Prefix, err error) {
	for text := range strings.SplitSeq(c.TrustedProxies, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if a, err2 := netip.ParseAddr(text); err2 == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("setting trusted-proxies: %q is not an address or a network such as 10.0.0.0/8", text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// OriginList splits the origins.
func (c Config) OriginList() []string { return split(c.Origins) }

// WitnessList splits the witnesses' addresses.
func (c Config) WitnessList() []string { return split(c.Witnesses) }

// PushHostList splits the hosts of push services.
func (c Config) PushHostList() []string { return split(c.PushHosts) }

func split(list string) []string {
	var out []string
	for o := range strings.SplitSeq(list, ",") {
		if o = strings.TrimSpace(o); o != "" {
			out = append(out, o)
		}
	}
	return out
}

// Setting is one line of `arcline config`.
type Setting struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Source  Source `json:"source"`
	Default string `json:"default"`
	Env     string `json:"env"`
	Doc     string `json:"doc"`
}

// Settings lists what is in force and where each value came from.
func (l Loaded) Settings() []Setting {
	var out []Setting
	c := l.Config
	_ = fields(&c, func(f reflect.StructField, v reflect.Value) error {
		name := f.Tag.Get("flag")
		out = append(out, Setting{name, fmt.Sprint(v.Interface()), l.Sources[name], f.Tag.Get("default"), EnvName(name), f.Tag.Get("doc")})
		return nil
	})
	return out
}
