// Command advisories writes an offline vulnerability database for Trivy from a list of advisories.
//
//	advisories SOURCE.yaml OUTDIR
//
// OUTDIR then holds trivy.db and metadata.json. Equal input gives equal bytes.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: advisories SOURCE.yaml OUTDIR")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "advisories:", err)
		os.Exit(1)
	}
}

func run(sourceFile, outDir string) error {
	source, err := readSource(sourceFile)
	if err != nil {
		return err
	}
	if err := writeDatabase(source, outDir); err != nil {
		return err
	}
	fmt.Printf("%s: %d advisories for %d packages, dated %s\n",
		source.Name, len(source.Advisories), source.packageCount(), source.date().Format("2006-01-02"))
	return nil
}
