// Package prices has what Go refuses though its types fit.
package prices

import (
	"os"
	_ "time/tzdata"
)

// Gross forgets one of its values.
func Gross(net int) int {
	rate := 20
	return net
}

// Net says on purpose that it needs no rate.
func Net(gross int) int {
	_ = gross
	return gross
}

// Rounded does not always return.
func Rounded(cents int) int {
	if cents > 50 {
		return 100
	}
}
