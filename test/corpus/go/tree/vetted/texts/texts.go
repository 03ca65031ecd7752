// Package texts has a tag that no reader understands, and one that is empty on purpose.
package texts

// Entry is written as JSON.
type Entry struct {
	Name  string `json:name`
	Count int    `json:"count"`
	Note  string `json:"-"`
}
