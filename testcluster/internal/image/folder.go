package image

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// folderWriter turns a folder into a layer: modes, owners, symbolic and hard links and file capabilities stay.
type folderWriter struct {
	root    string
	owner   *owner
	modTime *time.Time
	archive *tar.Writer
	inodes  map[inode]string
}

type inode struct{ device, number uint64 }

type owner struct{ user, group int }

func parseOwner(text string) (*owner, error) {
	if text == "" {
		return nil, nil
	}
	user, group, found := strings.Cut(text, ":")
	uid, err := strconv.Atoi(user)
	gid, err2 := strconv.Atoi(group)
	if !found || err != nil || err2 != nil {
		return nil, fmt.Errorf("owner %q is not of the form uid:gid", text)
	}
	return &owner{uid, gid}, nil
}

func (w folderWriter) write() error {
	// WalkDir goes in lexical order, so that the same folder is the same layer.
	err := filepath.WalkDir(w.root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(w.root, path)
		if err != nil {
			return err
		}
		return w.add(path, filepath.ToSlash(relative))
	})
	if err != nil {
		return err
	}
	return w.archive.Close()
}

func (w folderWriter) add(path, name string) error {
	information, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if information.Mode()&fs.ModeSocket != 0 {
		return nil // cannot be in an archive and means nothing without its process
	}
	target := ""
	if information.Mode()&fs.ModeSymlink != 0 {
		if target, err = os.Readlink(path); err != nil {
			return err
		}
	}
	header, err := tar.FileInfoHeader(information, target)
	if err != nil {
		return err
	}
	header.Name = name
	if information.IsDir() {
		header.Name += "/"
	}
	// The build machine's names for users mean nothing in the image, and access times make each build another.
	header.Uname, header.Gname = "", ""
	header.AccessTime, header.ChangeTime = time.Time{}, time.Time{}
	header.ModTime = header.ModTime.Truncate(time.Second)
	if w.owner != nil {
		header.Uid, header.Gid = w.owner.user, w.owner.group
	}
	if w.modTime != nil {
		header.ModTime = *w.modTime
	}
	if system, ok := information.Sys().(*syscall.Stat_t); ok && information.Mode().IsRegular() && system.Nlink > 1 {
		key := inode{uint64(system.Dev), system.Ino}
		if first, seen := w.inodes[key]; seen {
			header.Typeflag, header.Linkname, header.Size = tar.TypeLink, first, 0
			return w.archive.WriteHeader(header)
		}
		w.inodes[key] = name
	}
	if capability := capabilityOf(path, information); capability != "" {
		header.PAXRecords = map[string]string{"SCHILY.xattr.security.capability": capability}
	}
	if err := w.archive.WriteHeader(header); err != nil {
		return err
	}
	if !information.Mode().IsRegular() {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := io.Copy(w.archive, file); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func capabilityOf(path string, information fs.FileInfo) string {
	if !information.Mode().IsRegular() {
		return ""
	}
	buffer := make([]byte, 64)
	size, err := syscall.Getxattr(path, "security.capability", buffer)
	if err != nil {
		return ""
	}
	return string(buffer[:size])
}
