// Package checks has conditions that are always the same, and such as only look so.
package checks

import "context"

// Either asks the same twice.
func Either(n int) bool {
	return n == 1 || n == 1
}

// Both asks for two numbers.
func Both(n int) bool {
	return n == 1 || n == 2
}

// Unreachable goes on after its end.
func Unreachable() int {
	return 1
	println("never")
	return 2
}

// Lost never ends what it has begun.
func Lost(ctx context.Context) context.Context {
	inner, _ := context.WithCancel(ctx)
	return inner
}

// Kept ends it.
func Kept(ctx context.Context, use func(context.Context)) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	use(inner)
}

// Same assigns a value to itself.
func Same(n int) int {
	n = n
	return n
}
