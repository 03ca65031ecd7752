package rates

import "testing"

func TestTested(t *testing.T) {
	if Tested(1) != 2 {
		t.Fail()
	}
}
