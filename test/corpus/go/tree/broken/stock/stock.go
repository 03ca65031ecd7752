// Package stock calls what does not exist.
package stock

// Item has one field.
type Item struct{ Name string }

// Label asks for another one.
func Label(item Item) string {
	return item.Title
}

// Shown takes the one that is there.
func Shown(item Item) string {
	return item.Name
}
