package main

import (
	"crypto/md5"
	"crypto/tls"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"

	"github.com/golang-jwt/jwt/v5"
)

func client() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
}

func orders(db *sql.DB, customer string) (*sql.Rows, error) {
	return db.Query(fmt.Sprintf("SELECT * FROM orders WHERE customer = '%s'", customer))
}

func remove(db *sql.DB, id string) {
	db.Exec("DELETE FROM orders WHERE id = " + id)
}

func convert(name string) error {
	return exec.Command("sh", "-c", "convert "+name+" out.png").Run()
}

func digest(password string) [16]byte {
	return md5.Sum([]byte(password))
}

func token(claims jwt.MapClaims) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte("house of cards"))
}

func file(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	data, _ := os.ReadFile("/srv/files/" + name)
	w.Write(data)
}
