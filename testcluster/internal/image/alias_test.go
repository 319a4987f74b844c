package image

import "testing"

func TestNamesWithDigestBecomeAliases(t *testing.T) {
	const digest = "sha256:e27296dc04bec4e4c1cc2d434c0b49d026a60f53b8907d1325ee1de42693abd3"
	for _, each := range []struct{ name, tag, of, as string }{
		{"index.docker.io/sourcegraph/prometheus:4.5.1@" + digest, "index.docker.io/sourcegraph/prometheus:4.5.1", "docker.io/sourcegraph/prometheus:4.5.1", "docker.io/sourcegraph/prometheus@" + digest},
		{"localhost:5000/a@" + digest, "localhost:5000/a:sha256-e27296dc04bec4e4c1cc2d434c0b49d02", "localhost:5000/a:sha256-e27296dc04bec4e4c1cc2d434c0b49d02", "localhost:5000/a@" + digest},
		{"redis:7@" + digest, "redis:7", "docker.io/library/redis:7", "docker.io/library/redis@" + digest},
	} {
		tag, alias := splitDigest(each.name)
		if tag != each.tag || alias == nil || alias.Of != each.of || alias.As != each.as {
			t.Errorf("%s became %s and %+v", each.name, tag, alias)
		}
	}
	if tag, alias := splitDigest("a/b:c"); tag != "a/b:c" || alias != nil {
		t.Errorf("a name without digest became %s and %v", tag, alias)
	}
}
