// Package layout is not formatted.
package layout

// Text keeps spaces that are part of it.
const Text = `
    func Sum(a int,b int) int
`
