package image

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
)

// Alias is a name with a digest for an image that does not have that digest: a stand-in for the real one.
// A tar cannot say so, and no runtime would believe it; but containerd's image store is a table from names to
// contents, and the kubelet asks it for the name. So the tar carries a list beside its images, which others
// ignore, and load-image adds the names after the import.
type Alias struct {
	Of string `json:"of"` // the name, with its tag, as containerd spells it
	As string `json:"as"` // the name, with the digest and without tag
}

const aliasesFile = "testcluster-aliases.json"

func splitDigest(name string) (string, *Alias) {
	tagged, digest, found := strings.Cut(name, "@")
	if !found {
		return name, nil
	}
	repository := tagged
	if colon := strings.LastIndex(tagged, ":"); colon > strings.LastIndex(tagged, "/") {
		repository = tagged[:colon]
	} else {
		tagged += ":" + strings.NewReplacer(":", "-").Replace(digest)[:min(len(digest), 40)]
	}
	return tagged, &Alias{Of: canonical(tagged), As: canonical(repository) + "@" + digest}
}

// canonical spells a name as containerd does: with the registry, and Docker's under its short name.
func canonical(name string) string {
	registry, rest, found := strings.Cut(name, "/")
	switch {
	case !found:
		return "docker.io/library/" + name
	case registry == "index.docker.io" || registry == "docker.io":
		if !strings.Contains(rest, "/") {
			rest = "library/" + rest
		}
		return "docker.io/" + rest
	case strings.ContainsAny(registry, ".:") || registry == "localhost":
		return name
	default:
		return "docker.io/" + name
	}
}

// Aliases that a tar carries, if any.
func Aliases(path string) ([]Alias, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for archive := tar.NewReader(file); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if header.Name == aliasesFile {
			var aliases []Alias
			return aliases, json.NewDecoder(archive).Decode(&aliases)
		}
	}
}
