package main

import (
	"archive/zip"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/osv"
)

// osvRecord is an advisory in OSV form as osv.dev publishes those of GitHub: with the severity that GitHub states.
type osvRecord struct {
	SchemaVersion string `json:"schema_version"`
	osv.Entry
	DatabaseSpecific osvSpecific `json:"database_specific"`
}

type osvSpecific struct {
	Severity string   `json:"severity"`
	CWEs     []string `json:"cwe_ids"`
}

var separators = regexp.MustCompile(`[-_.]+`)

// osvName is a package's name as osv.dev has it: those of Python are normalised as indexes compare them (PEP 503).
func osvName(affected Affected) string {
	if affected.Ecosystem == "PyPI" {
		return strings.ToLower(separators.ReplaceAllString(affected.Package, "-"))
	}
	return affected.Package
}

// writeOSV writes one archive per ecosystem, ECOSYSTEM.zip with one file per advisory, as osv.dev publishes them under
// ECOSYSTEM/all.zip, and metadata.json beside them.
func writeOSV(source *Source, outDir string) error {
	if err := os.MkdirAll(outDir, 0o755); err != nil {
		return err
	}
	records := map[string]map[string]osvRecord{}
	for _, advisory := range source.Advisories {
		for index := range advisory.Affected {
			advisory.Affected[index].Package = osvName(advisory.Affected[index])
		}
		for _, affected := range advisory.Affected {
			if records[affected.Ecosystem] == nil {
				records[affected.Ecosystem] = map[string]osvRecord{}
			}
			records[affected.Ecosystem][advisory.ID] = osvRecord{
				SchemaVersion:    "1.6.0",
				Entry:            advisory.osvEntry(),
				DatabaseSpecific: osvSpecific{Severity: advisory.Severity, CWEs: advisory.CWEs},
			}
		}
	}
	for ecosystem, entries := range records {
		if err := writeArchive(filepath.Join(outDir, ecosystem+".zip"), entries, source.date()); err != nil {
			return err
		}
	}
	return writeIdentity(filepath.Join(outDir, "metadata.json"), struct {
		Name, Repository string
		UpdatedAt        time.Time
		Advisories       int
	}{source.Name, source.Repository, source.date(), len(source.Advisories)})
}

// writeArchive writes files in the order of their names, all of one date: equal advisories give equal bytes.
func writeArchive(path string, entries map[string]osvRecord, date time.Time) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		content, err := json.Marshal(entries[name])
		if err != nil {
			return err
		}
		member, err := archive.CreateHeader(&zip.FileHeader{Name: name + ".json", Method: zip.Deflate, Modified: date})
		if err != nil {
			return err
		}
		if _, err := member.Write(content); err != nil {
			return err
		}
	}
	return archive.Close()
}

func writeIdentity(path string, identity any) error {
	content, err := json.MarshalIndent(identity, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(content, '\n'), 0o644)
}
