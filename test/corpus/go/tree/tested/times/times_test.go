package times

import "testing"

func TestRecovers(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("nothing to recover from")
		}
	}()
	Each(1, 0)
}

func TestEnds(t *testing.T) {
	if Each(4, 2) != 2 {
		t.Fail()
	}
	var none []int
	_ = none[Each(4, 2)]
}
