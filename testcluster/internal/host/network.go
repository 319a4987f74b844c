package host

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const linkPrefix = "sgdtc"

// Link is a pair of links with a network of four addresses: the machine has Outside, the cluster Inside.
type Link struct{ Name, Outside, Inside string }

// FreeLink finds a network 10.245.N.0/30 nobody on this machine uses.
func FreeLink() (Link, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return Link{}, err
	}
	routes, err := exec.Command("ip", "-4", "route", "show", "table", "all").Output()
	if err != nil {
		return Link{}, fmt.Errorf("ip route: %w", err)
	}
next:
	for n := 0; n < 256; n++ {
		link := Link{Name: linkPrefix + strconv.Itoa(n), Outside: fmt.Sprintf("10.245.%d.1", n), Inside: fmt.Sprintf("10.245.%d.2", n)}
		if _, err := net.InterfaceByName(link.Name); err == nil || strings.Contains(string(routes), fmt.Sprintf("10.245.%d.", n)) {
			continue
		}
		for _, address := range addresses {
			if network, ok := address.(*net.IPNet); ok && network.Contains(net.ParseIP(link.Outside)) {
				continue next
			}
		}
		return link, nil
	}
	return Link{}, fmt.Errorf("no free network 10.245.N.0/30: every one is in use on this machine")
}

// Attach creates the pair and hands the inner end to the network namespace of a process.
func (l Link) Attach(pid int) error {
	for _, arguments := range [][]string{
		{"link", "add", l.Name, "type", "veth", "peer", "name", "eth0", "netns", strconv.Itoa(pid)},
		{"addr", "add", l.Outside + "/30", "dev", l.Name},
		{"link", "set", l.Name, "up"},
	} {
		if output, err := exec.Command("ip", arguments...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", strings.Join(arguments, " "), err, output)
		}
	}
	return nil
}

// RemoveLink removes the machine's end; the kernel also does, some time after the cluster's namespace is gone.
func RemoveLink(name string) error {
	if !strings.HasPrefix(name, linkPrefix) {
		return nil
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		if _, err := os.Stat("/sys/class/net/" + name); err != nil {
			return nil
		}
		output, err := exec.Command("ip", "link", "delete", name).CombinedOutput()
		if err != nil && time.Now().After(deadline) {
			return fmt.Errorf("ip link delete %s: %w: %s", name, err, output)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// FreePorts of the loopback interface, all different.
func FreePorts(count int) ([]int, error) {
	var ports []int
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close() // kept until all are found, so that no port is found twice
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
