package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"time"

	"go.yaml.in/yaml/v3"
)

// Source is the reviewed list of advisories (advisories.yaml).
type Source struct {
	SchemaVersion int        `yaml:"schemaVersion"`
	Name          string     `yaml:"name"`
	Repository    string     `yaml:"repository"`
	Licence       string     `yaml:"licence"`
	Advisories    []Advisory `yaml:"advisories"`
}

// Advisory holds the facts of one file of the advisory database.
type Advisory struct {
	ID        string     `yaml:"id"`
	Aliases   []string   `yaml:"aliases"`
	Summary   string     `yaml:"summary"`
	Severity  string     `yaml:"severity"`
	CVSS      string     `yaml:"cvss"`
	CWEs      []string   `yaml:"cwes"`
	Published time.Time  `yaml:"published"`
	Modified  time.Time  `yaml:"modified"`
	Affected  []Affected `yaml:"affected"`
	Source    Provenance `yaml:"source"`
}

// Affected names one package and its vulnerable ranges.
type Affected struct {
	Ecosystem string  `yaml:"ecosystem"`
	Package   string  `yaml:"package"`
	Ranges    []Range `yaml:"ranges"`
}

// Range is half-open with Fixed, closed with LastAffected; Introduced "0" means every earlier version.
type Range struct {
	Introduced   string `yaml:"introduced"`
	Fixed        string `yaml:"fixed"`
	LastAffected string `yaml:"last_affected"`
}

// Provenance says from which file at which commit the facts were read.
type Provenance struct {
	Path   string `yaml:"path"`
	Commit string `yaml:"commit"`
}

var (
	ghsaID   = regexp.MustCompile(`^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$`)
	commitID = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

func readSource(file string) (*Source, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	var source Source
	if err := decoder.Decode(&source); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if source.SchemaVersion != 1 || source.Name == "" {
		return nil, fmt.Errorf("%s: needs schemaVersion 1 and a name", file)
	}
	seen := map[string]bool{}
	for _, advisory := range source.Advisories {
		if err := advisory.check(); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, advisory.ID, err)
		}
		if seen[advisory.ID] {
			return nil, fmt.Errorf("%s: %s is listed twice", file, advisory.ID)
		}
		seen[advisory.ID] = true
	}
	return &source, nil
}

// check refuses an entry that would be stored but never match, or that nobody could look up again.
func (a Advisory) check() error {
	switch {
	case !ghsaID.MatchString(a.ID):
		return fmt.Errorf("id %q is not a GHSA id", a.ID)
	case severities[a.Severity] == 0:
		return fmt.Errorf("severity %q is none of LOW, MODERATE, HIGH, CRITICAL", a.Severity)
	case a.Summary == "" || a.Published.IsZero() || a.Modified.IsZero():
		return fmt.Errorf("summary, published and modified are required")
	case a.Source.Path == "" || !commitID.MatchString(a.Source.Commit):
		return fmt.Errorf("source needs a path and a full commit id")
	case len(a.Affected) == 0:
		return fmt.Errorf("no package is affected")
	}
	for _, affected := range a.Affected {
		if affected.Ecosystem == "" || affected.Package == "" || len(affected.Ranges) == 0 {
			return fmt.Errorf("an affected package needs ecosystem, package and ranges")
		}
		for _, r := range affected.Ranges {
			if r.Introduced == "" || (r.Fixed == "") == (r.LastAffected == "") {
				return fmt.Errorf("%s: a range needs introduced and one of fixed, last_affected", affected.Package)
			}
		}
	}
	return nil
}

// date is the newest modification of any entry: a database is as new as the newest fact in it.
func (s *Source) date() time.Time {
	var newest time.Time
	for _, advisory := range s.Advisories {
		if advisory.Modified.After(newest) {
			newest = advisory.Modified
		}
	}
	return newest.UTC()
}

func (s *Source) packageCount() int {
	names := map[string]bool{}
	for _, advisory := range s.Advisories {
		for _, affected := range advisory.Affected {
			names[affected.Ecosystem+":"+affected.Package] = true
		}
	}
	return len(names)
}
