// Package tuist is a headless stand-in for the terminal UI toolkit that the
// CLI's interactive frontend is written against. It keeps exactly the
// identifiers the compiler asks for. Components can be rendered to lines (the
// "report" progress mode uses that); nothing here drives a terminal.
package tuist

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

const notAvailable = "interactive UI not available in this build; use --progress=plain (or report, dots, logs)"

// Without a terminal driver the CLI's default on a terminal, the interactive
// frontend, could only refuse. The plain one takes its place unless chosen.
func init() {
	if _, chosen := os.LookupEnv("DAGGER_PROGRESS"); !chosen {
		os.Setenv("DAGGER_PROGRESS", "plain")
	}
}

// Context carries the space a component may use and collects its lines.
type Context struct {
	context.Context
	Width, Height int

	lines *[]string
}

func newContext(width, height int) Context {
	return Context{Context: context.Background(), Width: width, Height: height, lines: new([]string)}
}

func (c Context) Line(s string) {
	if c.lines != nil {
		*c.lines = append(*c.lines, s)
	}
}

func (c Context) Lines(ss ...string) {
	for _, s := range ss {
		c.Line(s)
	}
}

func (c Context) ScreenHeight() int { return c.Height }

func (Context) SetFocus(Component) {}

// Resize returns a context for a child with other dimensions and the same sink.
func (c Context) Resize(width, height int) Context {
	c.Width, c.Height = width, height
	return c
}

type Component interface {
	Render(Context)
	Update()
}

type (
	Focusable interface {
		Component
		SetFocused(Context, bool)
	}
	Interactive interface {
		Component
		HandleKeyPress(Context, uv.KeyPressEvent) bool
	}
	Mounter      interface{ OnMount(Context) }
	Dismounter   interface{ OnDismount() }
	Hoverable    interface{ SetHovered(Context, bool) }
	MouseEnabled interface {
		HandleMouse(Context, MouseEvent) bool
	}
)

// MouseEvent is a mouse event with its row inside the component.
type MouseEvent struct {
	uv.MouseEvent
	Row, Col int
}

// Compo is embedded by components. Nothing is cached, so Update does nothing.
type Compo struct{}

func (*Compo) Update() {}

// Result is what rendering a child gives back.
type Result struct{ Lines []string }

func (*Compo) RenderChildResult(ctx Context, child Component) Result {
	sub := newContext(ctx.Width, ctx.Height)
	child.Render(sub)
	return Result{Lines: *sub.lines}
}

// RenderChild renders a child into the parent's lines.
func (c *Compo) RenderChild(ctx Context, child Component) {
	ctx.Lines(c.RenderChildResult(ctx, child).Lines...)
}

func (c *Compo) RenderChildInline(ctx Context, child Component) string {
	return strings.Join(c.RenderChildResult(ctx, child).Lines, "")
}

type Container struct {
	Compo
	Children []Component
}

func (c *Container) AddChild(child Component) { c.Children = append(c.Children, child) }

func (c *Container) RemoveChild(child Component) {
	for i, x := range c.Children {
		if x == child {
			c.Children = append(c.Children[:i:i], c.Children[i+1:]...)
			return
		}
	}
}

func (c *Container) Render(ctx Context) {
	for _, child := range c.Children {
		child.Render(ctx)
	}
}

type Terminal struct{}

func NewStdTerminal() *Terminal { return &Terminal{} }

// TUI holds the component tree. Start refuses: there is no terminal driver.
type TUI struct {
	Container
	mu sync.Mutex
}

func New(*Terminal) *TUI { return &TUI{} }

func (t *TUI) Dispatch(fn func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fn()
}

func (t *TUI) Start() {
	fmt.Fprintln(os.Stderr, notAvailable)
	os.Exit(2)
}

func (*TUI) Stop()                      {}
func (*TUI) RequestRender(...bool)      {}
func (*TUI) SetDebugWriter(io.Writer)   {}
func (*TUI) SetFocus(Component)         {}
func (*TUI) SetShowHardwareCursor(bool) {}

func (*TUI) Exec(fn func(io.Reader, io.Writer, io.Writer) error) error {
	return fn(os.Stdin, os.Stdout, os.Stderr)
}

func (*TUI) ShowOverlay(Component, *OverlayOptions) *OverlayHandle { return &OverlayHandle{} }

// reportWidth is the width of a report when COLUMNS does not say.
const reportWidth = 120

// RenderLines renders the whole tree once, without limiting its height.
func (t *TUI) RenderLines() []string {
	width, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if err != nil || width <= 0 {
		width = reportWidth
	}
	ctx := newContext(width, 0)
	t.Render(ctx)
	return *ctx.lines
}

type OverlayHandle struct{}

func (*OverlayHandle) Remove() {}

type SizeValue int

func SizeAbs(n int) SizeValue { return SizeValue(n) }

type Anchor int

const AnchorTopRight Anchor = iota

type OverlayMargin struct{ Top, Right, Bottom, Left int }

type OverlayOptions struct {
	Width  SizeValue
	Anchor Anchor
	Margin OverlayMargin
}

type Spinner struct {
	Compo
	Epoch time.Time
	Style func(string) string
}

func NewSpinner() *Spinner { return &Spinner{Epoch: time.Now()} }

func (s *Spinner) Render(ctx Context) {
	glyph := "◐"
	if s.Style != nil {
		glyph = s.Style(glyph)
	}
	ctx.Line(glyph)
}

type TextInput struct {
	Compo
	Prompt         string
	OnSubmit       func(Context, string) bool
	KeyInterceptor func(Context, uv.KeyPressEvent) bool

	value string
}

func NewTextInput(prompt string) *TextInput { return &TextInput{Prompt: prompt} }

func (t *TextInput) Render(ctx Context) { ctx.Line(t.Prompt + t.value) }
func (t *TextInput) Value() string      { return t.value }
func (t *TextInput) SetValue(v string)  { t.value = v }
func (t *TextInput) InsertRune(r rune)  { t.value += string(r) }

type Completion struct {
	Label, Detail, Kind, Documentation, InsertText string
}

type CompletionResult struct {
	Items       []Completion
	ReplaceFrom int
}

type CompletionMenu struct{ Compo }

func NewCompletionMenu(*TextInput, func(string, int) CompletionResult) *CompletionMenu {
	return &CompletionMenu{}
}

func (*CompletionMenu) HandleKeyPress(Context, uv.KeyPressEvent) bool { return false }
