// Package image writes container images as one tar (Docker archive format, which containerd, Docker and
// podman all load) from folders and layer tars, without a registry, a daemon or a container.
package image

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Archive is the content of one tar: layers, written once each, and the images made of them.
type Archive struct {
	// Layers are folders, whose content becomes the layer, or tars that are a layer already.
	Layers []string `json:"layers"`
	Images []Image  `json:"images"`
	// Owner, where set, is given to every file of the folders, as "uid:gid".
	Owner string `json:"owner,omitempty"`
	// ModTime, where set, is every file's modification time: the same content is then the same image.
	ModTime *time.Time `json:"modTime,omitempty"`
}

// Image is one configuration under any number of names.
type Image struct {
	// Names may have digests (name:tag@sha256:...), as real manifests do: see Alias.
	Names []string `json:"names"`
	// Layers of the archive this image consists of, by their place in its list; none given, all of them.
	Layers       []int             `json:"layers,omitempty"`
	Entrypoint   []string          `json:"entrypoint,omitempty"`
	Command      []string          `json:"cmd,omitempty"`
	Environment  []string          `json:"env,omitempty"`
	User         string            `json:"user,omitempty"`
	Directory    string            `json:"workingDir,omitempty"`
	StopSignal   string            `json:"stopSignal,omitempty"`
	ExposedPorts []string          `json:"exposedPorts,omitempty"`
	Labels       map[string]string `json:"labels,omitempty"`
}

const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

type layer struct {
	file   string // a tar, ours or given
	digest string
}

// Write the archive to a file, which appears only when it is complete.
func (a Archive) Write(output string) error {
	if err := a.validate(); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(output), ".image-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	layers := make([]layer, len(a.Layers))
	for i, source := range a.Layers {
		if layers[i], err = a.layer(source, filepath.Join(work, fmt.Sprintf("layer-%d.tar", i))); err != nil {
			return fmt.Errorf("layer %s: %w", source, err)
		}
	}
	temporary := filepath.Join(work, "archive.tar")
	file, err := os.Create(temporary)
	if err != nil {
		return err
	}
	defer file.Close()
	archive := tar.NewWriter(file)
	written := map[string]bool{}
	for _, each := range layers {
		if !written[each.digest] {
			written[each.digest] = true
			if err := addFile(archive, each.path(), each.file); err != nil {
				return err
			}
		}
	}
	var manifest []any
	var aliases []Alias
	for _, image := range a.Images {
		configuration, paths, err := image.configuration(layers)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(configuration)
		name := hex.EncodeToString(sum[:]) + ".json"
		if !written[name] {
			written[name] = true
			if err := addBytes(archive, name, configuration); err != nil {
				return err
			}
		}
		tags := []string{}
		for _, full := range image.Names {
			tag, alias := splitDigest(full)
			tags = append(tags, tag)
			if alias != nil {
				aliases = append(aliases, *alias)
			}
		}
		manifest = append(manifest, map[string]any{"Config": name, "RepoTags": tags, "Layers": paths})
	}
	if len(aliases) > 0 {
		encoded, err := json.Marshal(aliases)
		if err != nil {
			return err
		}
		if err := addBytes(archive, aliasesFile, encoded); err != nil {
			return err
		}
	}
	encoded, err := json.Marshal(manifest)
	if err != nil {
		return err
	}
	if err := addBytes(archive, "manifest.json", encoded); err != nil {
		return err
	}
	if err := errors.Join(archive.Close(), file.Close()); err != nil {
		return err
	}
	return os.Rename(temporary, output)
}

func (a Archive) validate() error {
	if len(a.Images) == 0 {
		return errors.New("an archive needs at least one image")
	}
	for _, image := range a.Images {
		if len(image.Names) == 0 {
			return errors.New("an image needs at least one name")
		}
		if len(image.Entrypoint)+len(image.Command) == 0 {
			return fmt.Errorf("image %s has neither entrypoint nor cmd", image.Names[0])
		}
		for _, index := range image.Layers {
			if index < 0 || index >= len(a.Layers) {
				return fmt.Errorf("image %s names layer %d; there are %d, counted from 0", image.Names[0], index, len(a.Layers))
			}
		}
	}
	return nil
}

func (a Archive) layer(source, target string) (layer, error) {
	information, err := os.Stat(source)
	if err != nil {
		return layer{}, err
	}
	if !information.IsDir() {
		digest, err := digestOf(source)
		return layer{file: source, digest: digest}, err
	}
	owner, err := parseOwner(a.Owner)
	if err != nil {
		return layer{}, err
	}
	file, err := os.Create(target)
	if err != nil {
		return layer{}, err
	}
	defer file.Close()
	sum := sha256.New()
	writer := folderWriter{root: source, owner: owner, modTime: a.ModTime, archive: tar.NewWriter(io.MultiWriter(file, sum)), inodes: map[inode]string{}}
	if err := writer.write(); err != nil {
		return layer{}, err
	}
	return layer{file: target, digest: hex.EncodeToString(sum.Sum(nil))}, file.Close()
}

func (l layer) path() string { return l.digest + "/layer.tar" }

func (i Image) configuration(layers []layer) ([]byte, []string, error) {
	used := i.Layers
	if used == nil {
		for index := range layers {
			used = append(used, index)
		}
	}
	digests, paths := []string{}, []string{}
	for _, index := range used {
		digests, paths = append(digests, "sha256:"+layers[index].digest), append(paths, layers[index].path())
	}
	settings := map[string]any{"Env": append([]string{defaultPath}, i.Environment...)}
	optional := func(key string, value any, present bool) {
		if present {
			settings[key] = value
		}
	}
	optional("Entrypoint", i.Entrypoint, len(i.Entrypoint) > 0)
	optional("Cmd", i.Command, len(i.Command) > 0)
	optional("User", i.User, i.User != "")
	optional("WorkingDir", i.Directory, i.Directory != "")
	optional("StopSignal", i.StopSignal, i.StopSignal != "")
	optional("Labels", i.Labels, len(i.Labels) > 0)
	ports := map[string]any{}
	for _, port := range i.ExposedPorts {
		ports[port] = map[string]any{}
	}
	optional("ExposedPorts", ports, len(ports) > 0)
	encoded, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH, "os": "linux", "config": settings,
		"rootfs": map[string]any{"type": "layers", "diff_ids": digests},
	})
	return encoded, paths, err
}

func digestOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	magic := make([]byte, 4)
	if _, err := io.ReadFull(file, magic); err != nil {
		return "", fmt.Errorf("not a tar: %w", err)
	}
	if bytes.HasPrefix(magic, []byte{0x1f, 0x8b}) || bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		return "", errors.New("a layer tar must not be compressed: its digest is that of the plain tar")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func addFile(archive *tar.Writer, name, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	information, err := file.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: information.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(archive, file)
	return err
}

func addBytes(archive *tar.Writer, name string, content []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}); err != nil {
		return err
	}
	_, err := archive.Write(content)
	return err
}
