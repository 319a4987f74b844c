package com.sourcegraph.downgrade.manifest;

/**
 * Two releases of a few objects that differ in every way that has been met: a probe of another type, a variable and a port that are gone,
 * another kind under the same name, an address that cannot be changed, an object only here or only there, and a count that is not named.
 */
final class SmallReleases {

    static final String NEWER = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: sourcegraph-frontend-env
              labels: {deploy: sourcegraph}
            data: {SEARCHER_URL: "k8s+rpc://searcher", SYMBOLS_URL: "new", ONLY_NEW: "1"}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: prometheus
              labels: {deploy: sourcegraph}
            data: {same: "1"}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: sourcegraph-frontend
              labels: {deploy: sourcegraph, app.kubernetes.io/component: frontend}
              annotations: {only: new, description: Serves the frontend}
            spec:
              replicas: 3
              selector: {matchLabels: {app: sourcegraph-frontend}}
              template:
                metadata:
                  labels: {app: sourcegraph-frontend, deploy: sourcegraph}
                spec:
                  containers:
                  - name: frontend
                    image: sourcegraph/frontend:5.0.6
                    env:
                    - {name: A, value: new}
                    - {name: ONLY_NEW, value: "1"}
                    ports:
                    - {containerPort: 3080, name: http}
                    - {containerPort: 9999, name: only-new}
                    readinessProbe: {exec: {command: [/bin/true]}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: prometheus
              labels: {deploy: sourcegraph}
            spec:
              replicas: 2
              selector: {matchLabels: {app: prometheus}}
              template:
                metadata:
                  labels: {app: prometheus, deploy: sourcegraph}
                spec:
                  containers:
                  - {name: prometheus, image: "sourcegraph/prometheus:5.0.6"}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: searcher
              labels: {deploy: sourcegraph}
            spec:
              replicas: 1
              serviceName: searcher
              selector: {matchLabels: {app: searcher}}
              template:
                metadata:
                  labels: {app: searcher, deploy: sourcegraph}
                spec:
                  containers:
                  - {name: searcher, image: "sourcegraph/searcher:5.0.6"}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: searcher
              labels: {deploy: sourcegraph}
            spec:
              clusterIP: None
              ports: [{name: http, port: 3181}]
              selector: {app: searcher}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: blobstore
              labels: {deploy: sourcegraph}
            spec:
              selector: {matchLabels: {app: blobstore}}
              template:
                metadata:
                  labels: {app: blobstore, deploy: sourcegraph}
                spec:
                  containers:
                  - {name: blobstore, image: "sourcegraph/blobstore:5.0.6"}
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
              name: blobstore
              labels: {deploy: sourcegraph}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 100Gi}}
            """;

    static final String OLDER = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: sourcegraph-frontend-env
              labels: {deploy: sourcegraph}
            data: {SEARCHER_URL: "k8s+rpc://searcher", SYMBOLS_URL: "old"}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: prometheus
              labels: {deploy: sourcegraph}
            data: {same: "1"}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: sourcegraph-frontend
              labels: {deploy: sourcegraph, app.kubernetes.io/component: frontend}
              annotations: {description: Serves the frontend}
            spec:
              replicas: 2
              selector: {matchLabels: {app: sourcegraph-frontend}}
              template:
                metadata:
                  labels: {app: sourcegraph-frontend, deploy: sourcegraph}
                spec:
                  containers:
                  - name: frontend
                    image: sourcegraph/frontend:4.5.1
                    env:
                    - {name: A, value: old}
                    ports:
                    - {containerPort: 3080, name: http}
                    readinessProbe: {tcpSocket: {port: 3080}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: prometheus
              labels: {deploy: sourcegraph}
            spec:
              selector: {matchLabels: {app: prometheus}}
              template:
                metadata:
                  labels: {app: prometheus, deploy: sourcegraph}
                spec:
                  containers:
                  - {name: prometheus, image: "sourcegraph/prometheus:4.5.1"}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: searcher
              labels: {deploy: sourcegraph}
            spec:
              replicas: 2
              selector: {matchLabels: {app: searcher}}
              template:
                metadata:
                  labels: {app: searcher, deploy: sourcegraph}
                spec:
                  containers:
                  - {name: searcher, image: "sourcegraph/searcher:4.5.1"}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: searcher
              labels: {deploy: sourcegraph}
            spec:
              clusterIP: 10.96.77.7
              ports: [{name: http, port: 3181}]
              selector: {app: searcher}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: github-proxy
              labels: {deploy: sourcegraph}
            spec:
              replicas: 1
              selector: {matchLabels: {app: github-proxy}}
              template:
                metadata:
                  labels: {app: github-proxy, deploy: sourcegraph}
                spec:
                  containers:
                  - {name: github-proxy, image: "sourcegraph/github-proxy:4.5.1"}
            """;

    private SmallReleases() {}
}
