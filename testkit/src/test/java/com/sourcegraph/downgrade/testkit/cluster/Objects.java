package com.sourcegraph.downgrade.testkit.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Small objects to test with. */
final class Objects {
    private static final YAMLMapper YAML = new YAMLMapper();

    private Objects() {}

    static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode configMap(String name, String key, String value) {
        return yaml("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s}
                data: {%s: "%s"}
                """.formatted(name, key, value));
    }

    static ObjectNode deployment(String name, int replicas, String image) {
        return yaml("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, labels: {app: %1$s}}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      containers:
                      - name: main
                        image: %3$s
                        env: [{name: A, value: "1"}]
                """.formatted(name, replicas, image));
    }

    static ObjectNode statefulSet(String name, int replicas, String image) {
        return yaml("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: %1$s}
                spec:
                  serviceName: %1$s
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      containers:
                      - name: main
                        image: %3$s
                        volumeMounts: [{name: data, mountPath: /data}]
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec:
                      accessModes: [ReadWriteOnce]
                      resources: {requests: {storage: 1Gi}}
                """.formatted(name, replicas, image));
    }

    static ObjectNode job(String name, String image, int backoffLimit) {
        return yaml("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %1$s}
                spec:
                  backoffLimit: %3$d
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: main, image: %2$s, args: [downgrade, --to=4.5]}]
                """.formatted(name, image, backoffLimit));
    }

    static ObjectNode pod(String name, String image, String restartPolicy) {
        return yaml("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s}
                spec:
                  restartPolicy: %3$s
                  containers: [{name: main, image: %2$s}]
                """.formatted(name, image, restartPolicy));
    }

    /** A definition with what the tests of custom resources need. */
    static final String WIDGETS = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {kind: Widget, plural: widgets, singular: widget, shortNames: [wd]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                additionalPrinterColumns:
                - {name: Size, type: integer, jsonPath: .spec.size}
                - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
                schema:
                  openAPIV3Schema:
                    type: object
                    required: [spec]
                    properties:
                      spec:
                        type: object
                        required: [size]
                        x-kubernetes-validations:
                        - {rule: "!has(self.until) || self.size < 10", message: "a widget with an end is small"}
                        - {rule: "!has(oldSelf.name) || has(self.name)", message: "a name stays", fieldPath: .name}
                        properties:
                          size: {type: integer, minimum: 1, maximum: 100}
                          colour: {type: string, enum: [red, green], default: red}
                          until: {type: string, format: date-time}
                          name:
                            type: string
                            maxLength: 10
                            x-kubernetes-validations:
                            - {rule: "self == oldSelf", message: "name cannot be changed"}
                            - {rule: "self.find('[0-9]+') == ''", messageExpression: "'no digits in ' + self"}
                          parts:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [id]
                            items:
                              type: object
                              required: [id]
                              properties: {id: {type: string}, count: {type: integer}}
                      status:
                        type: object
                        properties:
                          phase: {type: string}
                          conditions:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [type]
                            items:
                              type: object
                              required: [type, status]
                              properties: {type: {type: string}, status: {type: string}}
            """;
}
