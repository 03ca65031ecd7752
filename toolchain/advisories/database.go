package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/ecosystem"
	"github.com/aquasecurity/trivy-db/pkg/metadata"
	"github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/osv"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/vulnerability"
	bolt "go.etcd.io/bbolt"
)

var severities = map[string]types.Severity{
	"LOW":      types.SeverityLow,
	"MODERATE": types.SeverityMedium,
	"HIGH":     types.SeverityHigh,
	"CRITICAL": types.SeverityCritical,
}

// Identity extends Trivy's metadata.json, which ignores what it does not know, by what the database is.
type Identity struct {
	metadata.Metadata
	Name       string
	Repository string
	Advisories int
}

// writeDatabase goes the way that Trivy's own builder goes: entries in OSV form through trivy-db's OSV source,
// so that ranges and names are normalised exactly as in the public database, then details reduced to what a scan reads.
func writeDatabase(source *Source, outDir string) error {
	if err := os.MkdirAll(outDir, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(db.Path(outDir)); err != nil {
		return err
	}
	entries, err := writeEntries(source)
	if err != nil {
		return err
	}
	defer os.RemoveAll(entries)

	if err := db.Init(entries); err != nil {
		return err
	}
	origin := osv.New(".", vulnerability.GHSA, dataSources(), osv.WithTransformer(severityOf{source.bySeverity()}))
	if err := origin.Update(entries); err != nil {
		return err
	}
	if err := reduce(source); err != nil {
		return err
	}
	if err := copyInOrder(db.Config{}.Connection(), db.Path(outDir)); err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	return writeMetadata(source, outDir)
}

// dataSources keeps the public database's names: reports then say where a fact comes from.
func dataSources() map[ecosystem.Type]types.DataSource {
	names := map[ecosystem.Type]string{
		ecosystem.Npm: "npm", ecosystem.Pip: "pip", ecosystem.Go: "Go", ecosystem.Maven: "Maven", ecosystem.NuGet: "NuGet",
	}
	sources := map[ecosystem.Type]types.DataSource{}
	for kind, name := range names {
		sources[kind] = types.DataSource{
			ID:   vulnerability.GHSA,
			Name: "GitHub Security Advisory " + name,
			URL:  "https://github.com/advisories?query=type%3Areviewed+ecosystem%3A" + strings.ToLower(name),
		}
	}
	return sources
}

func (s *Source) bySeverity() map[string]types.Severity {
	levels := map[string]types.Severity{}
	for _, advisory := range s.Advisories {
		levels[advisory.ID] = severities[advisory.Severity]
	}
	return levels
}

// severityOf gives each advisory the severity that GitHub states; OSV itself has only the CVSS vector.
type severityOf struct{ levels map[string]types.Severity }

func (severityOf) PostParseAffected(advisory osv.Advisory, _ osv.Affected) (osv.Advisory, error) {
	return advisory, nil
}

func (s severityOf) TransformAdvisories(advisories []osv.Advisory, entry osv.Entry) ([]osv.Advisory, error) {
	for i := range advisories {
		advisories[i].Severity = s.levels[entry.ID]
	}
	return advisories, nil
}

// writeEntries writes one OSV file per advisory into a temporary directory.
func writeEntries(source *Source) (string, error) {
	dir, err := os.MkdirTemp("", "advisories-")
	if err != nil {
		return "", err
	}
	for _, advisory := range source.Advisories {
		content, err := json.Marshal(advisory.osvEntry())
		if err != nil {
			return dir, err
		}
		if err := os.WriteFile(filepath.Join(dir, advisory.ID+".json"), content, 0o644); err != nil {
			return dir, err
		}
	}
	return dir, nil
}

func (a Advisory) osvEntry() osv.Entry {
	entry := osv.Entry{
		ID: a.ID, Aliases: a.Aliases, Summary: a.Summary, Details: a.Summary, Published: a.Published, Modified: a.Modified,
		References: []osv.Reference{{Type: "ADVISORY", URL: "https://github.com/advisories/" + a.ID}},
	}
	if a.CVSS != "" {
		entry.Severities = []osv.Severity{{Type: "CVSS_V3", Score: a.CVSS}}
	}
	for _, alias := range a.Aliases {
		if strings.HasPrefix(alias, "CVE-") {
			url := "https://nvd.nist.gov/vuln/detail/" + alias
			entry.References = append(entry.References, osv.Reference{Type: "ADVISORY", URL: url})
		}
	}
	for _, affected := range a.Affected {
		item := osv.Affected{Package: osv.Package{Ecosystem: affected.Ecosystem, Name: affected.Package}}
		for _, r := range affected.Ranges {
			events := []osv.RangeEvent{{Introduced: r.Introduced}, {Fixed: r.Fixed, LastAffected: r.LastAffected}}
			item.Ranges = append(item.Ranges, osv.Range{Type: "ECOSYSTEM", Events: events})
		}
		entry.Affected = append(entry.Affected, item)
	}
	return entry
}

// reduce moves advisories and vulnerabilities into the buckets that a scan reads and drops the building material,
// as trivy-db's own builder does; it also adds the CWE ids, which trivy-db's OSV source leaves out.
func reduce(source *Source) error {
	store, details := db.Config{}, vulnerability.New(db.Config{})
	weaknesses := map[string][]string{}
	for _, advisory := range source.Advisories {
		for _, alias := range advisory.Aliases {
			weaknesses[alias] = advisory.CWEs
		}
	}
	err := store.ForEachVulnerabilityID(func(tx *bolt.Tx, id string) error {
		if err := store.SaveAdvisoryDetails(tx, id); err != nil {
			return err
		}
		normalized := details.Normalize(id, details.GetDetails(id))
		normalized.CweIDs = weaknesses[id]
		return store.PutVulnerability(tx, id, normalized)
	})
	if err != nil {
		return fmt.Errorf("saving advisories: %w", err)
	}
	for _, drop := range []func() error{
		store.DeleteVulnerabilityIDBucket, store.DeleteVulnerabilityDetailBucket, store.DeleteAdvisoryDetailBucket,
	} {
		if err := drop(); err != nil {
			return err
		}
	}
	return nil
}

func writeMetadata(source *Source, outDir string) error {
	date := source.date()
	identity := Identity{
		Metadata: metadata.Metadata{
			Version: db.SchemaVersion, UpdatedAt: date, DownloadedAt: date, NextUpdate: date.Add(24 * time.Hour),
		},
		Name: source.Name, Repository: source.Repository, Advisories: len(source.Advisories),
	}
	return writeIdentity(metadata.Path(outDir), identity)
}
