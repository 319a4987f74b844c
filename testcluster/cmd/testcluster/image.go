package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"sourcegraph-downgrade.test/testcluster/internal/image"
)

const imageUsage = `usage: testcluster/image --output TAR --layer FOLDER|TAR [--layer ...] --name NAME [--name ...] [options]
       testcluster/image --output TAR --spec FILE.json

Writes a container image as a tar for "testcluster/testcluster load-image" (or docker load).

  --output FILE       the tar to write
  --layer PATH        a folder, whose content becomes a layer, or a plain tar that is one; repeated, in order
  --name NAME         a name with tag; repeated: one image under several names
  --entrypoint WORD   repeated: the words of the entrypoint
  --cmd WORD          repeated: the words of the default arguments
  --env NAME=VALUE    repeated
  --user UID[:GID]    --workdir PATH    --stop-signal SIGNAME
  --port 8080/tcp     repeated          --label NAME=VALUE  repeated
  --owner UID:GID     give every file of the folders to this owner
  --mod-time UNIX     give every file this modification time

With --spec several images share layers, which are stored once:
  {"layers": ["root"], "owner": "0:0", "images": [
    {"names": ["index.docker.io/sourcegraph/frontend:5.0.6"], "layers": [0], "entrypoint": ["/run"], "cmd": ["frontend"],
     "env": ["ROLE=frontend"], "user": "100:101", "workingDir": "/", "stopSignal": "SIGINT",
     "exposedPorts": ["3080/tcp"], "labels": {"a": "b"}}]}
`

func writeImage(arguments []string) error {
	set := flag.NewFlagSet("image", flag.ContinueOnError)
	set.Usage = func() { fmt.Fprint(os.Stderr, imageUsage) }
	var layers, allNames, entrypoint, command, environment, ports, labels names
	output, specification := set.String("output", "", ""), set.String("spec", "", "")
	set.Var(&layers, "layer", "")
	set.Var(&allNames, "name", "")
	set.Var(&entrypoint, "entrypoint", "")
	set.Var(&command, "cmd", "")
	set.Var(&environment, "env", "")
	set.Var(&ports, "port", "")
	set.Var(&labels, "label", "")
	user, directory, stop := set.String("user", "", ""), set.String("workdir", "", ""), set.String("stop-signal", "", "")
	owner, modTime := set.String("owner", "", ""), set.Int64("mod-time", -1, "")
	if err := set.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return exitError{2, err}
	}
	if *output == "" || set.NArg() > 0 {
		set.Usage()
		return exitError{2, errors.New("image needs --output and takes no arguments beside options")}
	}
	var archive image.Archive
	if *specification != "" {
		content, err := os.Open(*specification)
		if err != nil {
			return err
		}
		defer content.Close()
		decoder := json.NewDecoder(content)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&archive); err != nil {
			return fmt.Errorf("%s: %w", *specification, err)
		}
	} else {
		one := image.Image{Names: allNames, Entrypoint: entrypoint, Command: command, Environment: environment, User: *user,
			Directory: *directory, StopSignal: *stop, ExposedPorts: ports, Labels: map[string]string{}}
		for _, label := range labels {
			name, value, _ := strings.Cut(label, "=")
			one.Labels[name] = value
		}
		archive = image.Archive{Layers: layers, Images: []image.Image{one}}
	}
	if *owner != "" {
		archive.Owner = *owner
	}
	if *modTime >= 0 {
		when := time.Unix(*modTime, 0)
		archive.ModTime = &when
	}
	if err := archive.Write(*output); err != nil {
		return err
	}
	information, err := os.Stat(*output)
	if err != nil {
		return err
	}
	report("wrote %s: %d images, %.1f MB", *output, len(archive.Images), float64(information.Size())/1e6)
	return nil
}
