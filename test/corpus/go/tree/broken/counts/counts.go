// Package counts has errors of types; an unused value and a text that names one are none.
package counts

import "strconv"

// Total is a text where a number belongs.
var Total int = "12"

// Parsed is the same text, as a number.
func Parsed() int {
	parsed, _ := strconv.Atoi("12")
	return parsed
}

// Twice gives too little to a function with two parameters.
func Twice(n int) int {
	return add(n)
}

func add(a int, b int) int {
	return a + b
}

// Quoted names a variable that is not there, in a text.
func Quoted() string {
	return "var total int = undefinedName"
}
