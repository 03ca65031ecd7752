// Command advisories writes offline vulnerability databases, for Trivy and in OSV form, from a list of advisories.
//
//	advisories SOURCE.yaml OUTDIR OSVDIR
//
// OUTDIR then holds trivy.db and metadata.json, OSVDIR an archive ECOSYSTEM.zip for each ecosystem and metadata.json.
// Equal input gives equal bytes.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: advisories SOURCE.yaml OUTDIR OSVDIR")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "advisories:", err)
		os.Exit(1)
	}
}

func run(sourceFile, outDir, osvDir string) error {
	source, err := readSource(sourceFile)
	if err != nil {
		return err
	}
	if err := writeDatabase(source, outDir); err != nil {
		return err
	}
	// Last: it names packages as osv.dev does, and Trivy's library normalises names itself.
	if err := writeOSV(source, osvDir); err != nil {
		return err
	}
	fmt.Printf("%s: %d advisories for %d packages, dated %s\n",
		source.Name, len(source.Advisories), source.packageCount(), source.date().Format("2006-01-02"))
	return nil
}
