// Package layout is not formatted.
package layout

// Sum adds.
func Sum(a int,b int) int {
    return a+b
}
