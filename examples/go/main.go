// A backend with net/http and golang-jwt.
//
//	go mod tidy
//	ISSUER=https://www.example.com PORT=3000 go run .
//
// offline verifies the cookie's token with the worker's published keys: a session that was ended is noticed within fifteen
// minutes. strict asks the worker, which knows at once.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

const (
	cookie = "__Host-sms-login"
	// How long the keys are good, and how soon they may be asked for again: both as the worker's answer says.
	keysLife  = 5 * time.Minute
	keysPause = 10 * time.Second
)

// The worker's origin, as in its own setting ISSUER, and where this program reaches it.
var (
	issuer   = os.Getenv("ISSUER")
	worker   = or(os.Getenv("WORKER"), issuer)
	audience = or(os.Getenv("AUDIENCE"), issuer)
	client   = &http.Client{Timeout: 10 * time.Second}
	keys     keySet
)

// who is somebody, or why there is nobody: "nobody" or "expired".
type who struct {
	Subject string `json:"subject,omitempty"`
	Why     string `json:"why,omitempty"`
}

// claims is what a token says: beside what every token has, when the number was proved.
type claims struct {
	jwt.RegisteredClaims
	AuthTime int64 `json:"auth_time"`
}

var errNoKeys = errors.New("the worker's keys cannot be had")

func offline(request *http.Request) (who, error) {
	return lately(request, 0)
}

// lately is the same for whoever proved their number within this time, unless it is 0; for others, the reason is "old". A token's own
// age says nothing of that: it is renewed.
func lately(request *http.Request, maxAge time.Duration) (who, error) {
	held, err := request.Cookie(cookie)
	if err != nil {
		return who{Why: "nobody"}, nil
	}
	var claims claims
	token, err := jwt.ParseWithClaims(held.Value, &claims, keys.of, jwt.WithValidMethods([]string{"EdDSA"}))
	switch {
	case errors.Is(err, errNoKeys):
		// Without keys nobody can be told from anybody: that is this program's fault, and nobody gets in.
		return who{}, err
	case errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return who{Why: "expired"}, nil
	case err != nil,
		token.Header["typ"] != "session+jwt",
		!claims.VerifyIssuer(issuer, true),
		!claims.VerifyAudience(audience, true),
		claims.ExpiresAt == nil,
		claims.Subject == "":
		return who{Why: "nobody"}, nil
	case maxAge > 0 && time.Since(time.Unix(claims.AuthTime, 0)) > maxAge:
		return who{Why: "old"}, nil
	}
	return who{Subject: claims.Subject}, nil
}

// strict is the same, as of this moment.
func strict(request *http.Request) (who, error) {
	ask, err := http.NewRequestWithContext(request.Context(), http.MethodGet, worker+"/v1/session", nil)
	if err != nil {
		return who{}, err
	}
	ask.Header.Set("Cookie", request.Header.Get("Cookie"))
	answer, err := client.Do(ask)
	if err != nil {
		return who{}, err
	}
	defer answer.Body.Close()
	var said struct{ Subject, Code string }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return who{}, err
	}
	switch {
	case answer.StatusCode == http.StatusOK:
		return who{Subject: said.Subject}, nil
	case answer.StatusCode != http.StatusUnauthorized:
		return who{}, fmt.Errorf("the worker answers %s", answer.Status)
	case said.Code == "session_expired":
		return who{Why: "expired"}, nil
	}
	return who{Why: "nobody"}, nil
}

// page sends whoever is not signed in to sign in, or did not within this time, and they come back.
func page(maxAge time.Duration) http.HandlerFunc {
	return func(answer http.ResponseWriter, request *http.Request) {
		somebody, err := lately(request, maxAge)
		if err != nil {
			http.Error(answer, "try again later", http.StatusServiceUnavailable)
			return
		}
		if somebody.Subject != "" {
			fmt.Fprintf(answer, "Signed in as %s", somebody.Subject)
			return
		}
		place := issuer + "/login"
		if somebody.Why == "expired" {
			place += "/renew"
		}
		place += "?return=" + url.QueryEscape(request.URL.RequestURI())
		if maxAge > 0 {
			place += fmt.Sprintf("&max_age=%.0f", maxAge.Seconds())
		}
		http.Redirect(answer, request, place, http.StatusSeeOther)
	}
}

// tell is an interface: what scripts ask.
func tell(ask func(*http.Request) (who, error)) http.HandlerFunc {
	return func(answer http.ResponseWriter, request *http.Request) {
		somebody, err := ask(request)
		status := http.StatusOK
		switch {
		case err != nil:
			log.Print(err)
			status = http.StatusServiceUnavailable
		case somebody.Subject == "":
			status = http.StatusUnauthorized
		}
		answer.Header().Set("Content-Type", "application/json")
		answer.Header().Set("Cache-Control", "no-store")
		answer.WriteHeader(status)
		json.NewEncoder(answer).Encode(somebody)
	}
}

// keySet is what the worker publishes, by the names of the keys.
type keySet struct {
	mutex sync.Mutex
	byID  map[string]ed25519.PublicKey
	since time.Time
}

// of finds the key of a token. A name that is not known is a reason to look again, but not all the time.
func (set *keySet) of(token *jwt.Token) (any, error) {
	set.mutex.Lock()
	defer set.mutex.Unlock()
	id, _ := token.Header["kid"].(string)
	_, known := set.byID[id]
	if age := time.Since(set.since); age > keysLife || !known && age > keysPause {
		fetched, err := fetchKeys()
		if err != nil {
			log.Print(err)
			return nil, errNoKeys
		}
		set.byID, set.since = fetched, time.Now()
	}
	if key, known := set.byID[id]; known {
		return key, nil
	}
	return nil, errors.New("no key of the worker's has this name")
}

func fetchKeys() (map[string]ed25519.PublicKey, error) {
	answer, err := client.Get(worker + "/.well-known/jwks.json")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	// RFC 8037, section 2.
	var published struct {
		Keys []struct{ Kty, Crv, Kid, X string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&published); err != nil {
		return nil, err
	}
	byID := map[string]ed25519.PublicKey{}
	for _, key := range published.Keys {
		x, err := base64.RawURLEncoding.DecodeString(key.X)
		if err == nil && key.Kty == "OKP" && key.Crv == "Ed25519" && len(x) == ed25519.PublicKeySize {
			byID[key.Kid] = x
		}
	}
	return byID, nil
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func main() {
	if issuer == "" {
		log.Fatal("set ISSUER to the worker's origin, for example https://www.example.com")
	}
	http.HandleFunc("/account", page(0))
	// Not for whoever finds a browser open.
	http.HandleFunc("/payout", page(10*time.Minute))
	http.HandleFunc("/api/me", tell(offline))
	http.HandleFunc("/api/strict", tell(strict))
	listener, err := net.Listen("tcp", "127.0.0.1:"+or(os.Getenv("PORT"), "3000"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
