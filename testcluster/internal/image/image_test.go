package image

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLayerKeepsWhatAFolderHas(t *testing.T) {
	root := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(root, "bin"), 0o755))
	must(t, os.WriteFile(filepath.Join(root, "bin", "program"), []byte("content"), 0o755))
	must(t, os.Link(filepath.Join(root, "bin", "program"), filepath.Join(root, "bin", "same")))
	must(t, os.Symlink("program", filepath.Join(root, "bin", "link")))
	must(t, os.Chmod(filepath.Join(root, "bin", "program"), 0o4755|os.ModeSetuid))
	output := filepath.Join(t.TempDir(), "image.tar")
	must(t, Archive{Layers: []string{root}, Owner: "12:34", Images: []Image{{Names: []string{"a:1"}, Command: []string{"/bin/program"}}}}.Write(output))

	var layer []byte
	for name, content := range entries(t, output) {
		if strings.HasSuffix(name, "/layer.tar") {
			layer = content
		}
	}
	found := map[string]*tar.Header{}
	for reader := tar.NewReader(bytes.NewReader(layer)); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		found[header.Name] = header
		if header.Uid != 12 || header.Gid != 34 || header.Uname != "" {
			t.Errorf("%s belongs to %d:%d %s", header.Name, header.Uid, header.Gid, header.Uname)
		}
	}
	if link := found["bin/link"]; link == nil || link.Typeflag != tar.TypeSymlink || link.Linkname != "program" {
		t.Errorf("symbolic link: %+v", link)
	}
	if same := found["bin/same"]; same == nil || same.Typeflag != tar.TypeLink || same.Linkname != "bin/program" {
		t.Errorf("hard link: %+v", same)
	}
	if program := found["bin/program"]; program == nil || program.Mode&0o7777 != 0o4755 {
		t.Errorf("mode: %+v", program)
	}
}

func TestImagesShareLayersAndDifferInConfiguration(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	must(t, os.WriteFile(filepath.Join(one, "a"), []byte("a"), 0o644))
	must(t, os.WriteFile(filepath.Join(two, "b"), []byte("b"), 0o644))
	output := filepath.Join(t.TempDir(), "image.tar")
	must(t, Archive{Layers: []string{one, two}, Images: []Image{
		{Names: []string{"x:1", "y:1"}, Layers: []int{0}, Entrypoint: []string{"/a"}, User: "999", StopSignal: "SIGINT"},
		{Names: []string{"z:1"}, Entrypoint: []string{"/b"}},
	}}.Write(output))

	content := entries(t, output)
	var manifest []struct {
		Config           string
		RepoTags, Layers []string
	}
	must(t, json.Unmarshal(content["manifest.json"], &manifest))
	if len(manifest) != 2 || len(manifest[0].RepoTags) != 2 || len(manifest[0].Layers) != 1 || len(manifest[1].Layers) != 2 {
		t.Fatalf("manifest: %+v", manifest)
	}
	if manifest[0].Layers[0] != manifest[1].Layers[0] {
		t.Errorf("the shared layer is stored twice: %+v", manifest)
	}
	var configuration struct {
		Config struct{ User, StopSignal string }
		Rootfs struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	must(t, json.Unmarshal(content[manifest[0].Config], &configuration))
	if configuration.Config.User != "999" || configuration.Config.StopSignal != "SIGINT" || len(configuration.Rootfs.DiffIDs) != 1 {
		t.Errorf("configuration: %+v", configuration)
	}
}

func TestRefusesWhatCannotRun(t *testing.T) {
	output := filepath.Join(t.TempDir(), "image.tar")
	for message, archive := range map[string]Archive{
		"at least one image":         {},
		"at least one name":          {Images: []Image{{Command: []string{"/a"}}}},
		"neither entrypoint nor cmd": {Images: []Image{{Names: []string{"a:1"}}}},
		"names layer 1; there are 0": {Images: []Image{{Names: []string{"a:1"}, Command: []string{"/a"}, Layers: []int{1}}}},
		"is not of the form uid:gid": {Layers: []string{t.TempDir()}, Owner: "root", Images: []Image{{Names: []string{"a:1"}, Command: []string{"/a"}}}},
		"no such file":               {Layers: []string{"/nowhere"}, Images: []Image{{Names: []string{"a:1"}, Command: []string{"/a"}}}},
	} {
		if err := archive.Write(output); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("expected %q, got %v", message, err)
		}
		if _, err := os.Stat(output); err == nil {
			t.Errorf("a refused archive was written")
		}
	}
}

func entries(t *testing.T, path string) map[string][]byte {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	content := map[string][]byte{}
	for reader := tar.NewReader(file); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return content
		}
		must(t, err)
		if content[header.Name] != nil {
			t.Errorf("%s is in the archive twice", header.Name)
		}
		content[header.Name], err = io.ReadAll(reader)
		must(t, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
