package main

import (
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/golang-jwt/jwt/v5"
)

const table = "orders"

func client(roots *x509.CertPool) *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
}

func orders(db *sql.DB, customer string) (*sql.Rows, error) {
	return db.Query("SELECT * FROM "+"orders WHERE customer = $1", customer)
}

func convert(name string) error {
	return exec.Command("convert", name, "out.png").Run()
}

func digest(content string) [16]byte {
	return md5.Sum([]byte(content))
}

func token(claims jwt.MapClaims) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(os.Getenv("KEY")))
}

func file(w http.ResponseWriter, r *http.Request) {
	name := filepath.Base(r.URL.Query().Get("name"))
	data, _ := os.ReadFile("/srv/files/" + name)
	w.Write(data)
}
