package distconsts

import "os"

// A machine behind a mirror reaches neither the vendor's cloud nor its
// telemetry: unless the user says otherwise, nothing of this build tries.
func init() {
	for _, name := range []string{"DO_NOT_TRACK", "DAGGER_NO_NAG", "DAGGER_NO_UPDATE_CHECK"} {
		if _, chosen := os.LookupEnv(name); !chosen {
			os.Setenv(name, "1")
		}
	}
}
