// Package words cannot be parsed.
package words

// Joined has a bracket too many.
func Joined(a, b string) string {
	return (a + b))
}
