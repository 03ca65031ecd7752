// Package report prints what vet dislikes, and what only looks like it.
package report

import "fmt"

// Wrong prints a text as a number.
func Wrong() {
	fmt.Printf("%d items\n", "three")
}

// Percent prints a percent sign.
func Percent() {
	fmt.Printf("100 %%d of %s\n", "three")
}

// Missing has a verb without an argument.
func Missing() {
	fmt.Printf("%s and %s\n", "one")
}

// Line ends a line twice.
func Line() {
	fmt.Println("done\n")
}

// Text is the form that Printf would misread.
func Text() string {
	return fmt.Sprint("100 %d")
}

// Dropped makes a text and throws it away.
func Dropped() {
	fmt.Sprintf("%d", 1)
}
