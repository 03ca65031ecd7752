// Package locks copies a lock once, and once only a pointer to it.
package locks

import "sync"

// Counter is not to be copied.
type Counter struct {
	mu sync.Mutex
	n  int
}

// Value copies it, and with it the lock.
func Value(c Counter) int {
	return c.n
}

// Read is given where it is.
func Read(c *Counter) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}
