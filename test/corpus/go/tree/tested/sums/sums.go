// Package sums adds.
package sums

// Add gives the sum of two numbers.
func Add(a, b int) int {
	return a + b
}
