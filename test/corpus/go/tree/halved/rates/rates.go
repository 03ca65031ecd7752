// Package rates has as much code that is tested as code that is not.
package rates

// Tested is called by a test.
func Tested(n int) int {
	return n + 1
}

// Untested is not.
func Untested(n int) int {
	return n + 2
}
