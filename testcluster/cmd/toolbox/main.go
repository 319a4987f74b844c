// Command toolbox is the program in the self-test's image: small commands a pod can run where there is no
// shell and no registry to get one from.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "toolbox:", err)
		os.Exit(1)
	}
}

func run(words []string) error {
	commands := map[string]func([]string) error{
		"sleep":   sleep,
		"serve":   serve,
		"get":     get,
		"resolve": resolve,
		"write":   write,
		"cat":     cat,
		"stat":    stat,
		"id":      id,
		"env":     env,
		"eat":     eat,
		"exit":    exit,
		"do":      do,
	}
	if len(words) == 0 || commands[words[0]] == nil {
		return fmt.Errorf("unknown command %q", words)
	}
	return commands[words[0]](words[1:])
}

// do runs several commands, separated by ";", and stops at the first that fails.
func do(arguments []string) error {
	for _, part := range strings.Split(strings.Join(arguments, " "), ";") {
		if err := run(strings.Fields(part)); err != nil {
			return err
		}
	}
	return nil
}

// sleep until a signal, or for some seconds.
func sleep(arguments []string) error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	var enough <-chan time.Time
	if len(arguments) > 0 {
		duration, err := time.ParseDuration(arguments[0])
		if err != nil {
			return err
		}
		enough = time.After(duration)
	}
	select {
	case received := <-stop:
		fmt.Println("stopped by", received)
	case <-enough:
	}
	return nil
}

// serve answers every request with this pod's name.
func serve(arguments []string) error {
	name, _ := os.Hostname()
	fmt.Println("serving on", arguments[0])
	return http.ListenAndServe(arguments[0], http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, name) }))
}

// get prints what an address answers; it tries for a while, since a new service takes a moment.
func get(arguments []string) error {
	client := http.Client{Timeout: 2 * time.Second}
	var err error
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		var response *http.Response
		if response, err = client.Get(arguments[0]); err == nil {
			defer response.Body.Close()
			_, err = io.Copy(os.Stdout, response.Body)
			return err
		}
	}
	return err
}

func resolve(arguments []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, arguments[0])
	fmt.Println(strings.Join(addresses, " "))
	return err
}

func write(arguments []string) error {
	return os.WriteFile(arguments[0], []byte(strings.Join(arguments[1:], " ")+"\n"), 0o660)
}

func cat(arguments []string) error {
	content, err := os.ReadFile(arguments[0])
	fmt.Print(string(content))
	return err
}

func stat(arguments []string) error {
	information, err := os.Stat(arguments[0])
	if err != nil {
		return err
	}
	system := information.Sys().(*syscall.Stat_t)
	fmt.Printf("%s mode %v owner %d:%d\n", filepath.Base(arguments[0]), information.Mode(), system.Uid, system.Gid)
	return nil
}

func id([]string) error {
	groups, err := os.Getgroups()
	fmt.Printf("uid %d gid %d groups %v\n", os.Getuid(), os.Getgid(), groups)
	return err
}

func env(arguments []string) error {
	fmt.Println(os.Getenv(arguments[0]))
	return nil
}

// eat takes megabytes of memory and holds them.
func eat(arguments []string) error {
	megabytes, err := strconv.Atoi(arguments[0])
	if err != nil {
		return err
	}
	var held [][]byte
	for range megabytes {
		block := make([]byte, 1<<20)
		for i := range block {
			block[i] = 1
		}
		held = append(held, block)
	}
	fmt.Println("ate", len(held), "MB")
	return sleep(nil)
}

func exit(arguments []string) error {
	status, err := strconv.Atoi(arguments[0])
	if err == nil {
		os.Exit(status)
	}
	return err
}
