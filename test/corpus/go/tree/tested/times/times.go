// Package times divides.
package times

// Each shares n among so many.
func Each(n, among int) int {
	return n / among
}
