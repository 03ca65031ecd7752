// Package distconsts holds the handful of constants that the engine and the
// CLI expect from their distribution. The values describe the layout that
// toolchain/engine/namespace.sh gives the engine.
package distconsts

const (
	EngineContainerName = "dagger-engine.dev"

	RuncPath       = "/usr/sbin/runc"
	DaggerInitPath = "/run/signalbox/parts/dagger-init"

	EngineDefaultStateDir            = "/var/lib/dagger"
	EngineCustomCACertsDir           = "/usr/local/share/ca-certificates"
	EngineContainerBuiltinContentDir = "/run/signalbox/content"
	DefaultEngineSockAddr            = "unix:///run/dagger/engine.sock"

	GoSDKManifestDigestEnvName         = "DAGGER_GO_SDK_MANIFEST_DIGEST"
	PythonSDKManifestDigestEnvName     = "DAGGER_PYTHON_SDK_MANIFEST_DIGEST"
	TypescriptSDKManifestDigestEnvName = "DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST"

	OCIVersionAnnotation = "org.opencontainers.image.version"

	AlpineVersion = "3.22"
	AlpineImage   = "alpine:" + AlpineVersion
	BusyboxImage  = "busybox:1.37"
	GolangVersion = "1.26"
	GolangImage   = "golang:" + GolangVersion + "-alpine"
)
