{{- define "sgd.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- /* Room is left for suffixes: names of objects end at 63 characters. A release's name may hold dots, a Service's may not. */ -}}
{{- define "sgd.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | replace "." "-" | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Release.Name (include "sgd.name" .) -}}
{{- include "sgd.name" . | replace "." "-" -}}
{{- else if contains (include "sgd.name" .) .Release.Name -}}
{{- .Release.Name | replace "." "-" | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "sgd.name" .) | replace "." "-" | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* Cluster-scoped objects of two releases of one name in two namespaces must not be the same. */ -}}
{{- define "sgd.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "sgd.fullname" .) -}}
{{- end -}}

{{- define "sgd.selectorLabels" -}}
app.kubernetes.io/name: {{ include "sgd.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "sgd.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- /* Whatever this release or the chart is called: by it the operator knows its own. Not in the selector, which cannot change. */}}
downgrade.sourcegraph.com/component: operator
{{ include "sgd.selectorLabels" . }}
{{- end -}}

{{- define "sgd.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "sgd.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name: which account does the operator run as? It is not created by this release (serviceAccount.create is false)" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "sgd.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- /* The watched namespaces as JSON, {"names": […]}; empty with scope Cluster. */ -}}
{{- define "sgd.watched" -}}
{{- if eq .Values.watch.scope "Namespace" -}}
{{- dict "names" (list .Release.Namespace) | toJson -}}
{{- else if eq .Values.watch.scope "Namespaces" -}}
{{- if has .Release.Namespace .Values.watch.namespaces -}}
{{- fail (printf "watch.namespaces: %s is the namespace of this release. With several instances the operator's own namespace must be none of theirs: whoever runs one of them could become the operator there, read the Secrets of the others and act in their name. Install the operator in a namespace of its own" .Release.Namespace) -}}
{{- end -}}
{{- dict "names" .Values.watch.namespaces | toJson -}}
{{- else -}}
{{- dict "names" list | toJson -}}
{{- end -}}
{{- end -}}

{{- /*
What the operator itself may do in a namespace that it watches: read, write its own resource and events, and act in the
name of the listed service accounts. Every other write is theirs, not the operator's.
*/ -}}
{{- define "sgd.rules" -}}
- apiGroups: [downgrade.sourcegraph.com]
  resources: [sourcegraphdowngrades]
  verbs: [get, list, watch, patch, delete]
- apiGroups: [downgrade.sourcegraph.com]
  resources: [sourcegraphdowngrades/status]
  verbs: [update]
# What runs in the namespace, and whether it has stopped or started.
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [get, list, watch]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list, watch]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
# The migrator's progress and result.
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
# What the target manifests are compared with.
- apiGroups: [""]
  resources: [configmaps, services, serviceaccounts, persistentvolumeclaims]
  verbs: [get, list]
- apiGroups: [networking.k8s.io]
  resources: [ingresses, networkpolicies]
  verbs: [get, list]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, list]
# Database credentials and target manifests, by name: never listed, never watched.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
# Whether the namespace is being deleted.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [impersonate]
  resourceNames: {{ .Values.impersonate.serviceAccountNames | toJson }}
{{- with .Values.rbac.extraRules }}
# Other kinds of the target manifests.
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /*
The lease by which replicas agree. Two releases in one namespace share it where both would work on the same resources, and so only
one of them does; with scope Namespaces each has instances of its own.
*/ -}}
{{- define "sgd.leaseName" -}}
{{- if eq .Values.watch.scope "Namespaces" -}}
{{- include "sgd.fullname" . -}}
{{- else -}}
sourcegraph-downgrade-operator
{{- end -}}
{{- end -}}

{{- /* An instance's account, its Role and its RoleBinding must not be the operator's own. */ -}}
{{- define "sgd.checkNames" -}}
{{- $fullname := include "sgd.fullname" . -}}
{{- $account := include "sgd.serviceAccountName" . -}}
{{- if and .Values.metrics.service.create (not (regexMatch "^[a-z]" $fullname)) -}}
{{- fail (printf "The name of this release, %s, makes %s the start of the objects' names, and a Service's has to begin with a letter: set fullnameOverride, such as fullnameOverride=sourcegraph-downgrade-operator" .Release.Name $fullname) -}}
{{- end -}}
{{- range .Values.impersonate.serviceAccountNames -}}
{{- if eq . $account -}}
{{- fail (printf "impersonate.serviceAccountNames: %s is the operator's own service account. The operator writes in an instance's namespace as that instance's account, which must be another one: take %s out of the list, or give the operator's account another name with serviceAccount.name" . .) -}}
{{- else if or (eq . $fullname) (eq . (printf "%s-leader" $fullname)) -}}
{{- fail (printf "impersonate.serviceAccountNames: %s is the name of the operator's own Role, which the Role of an instance's account of that name would collide with: give the instance's account another name, or the release with fullnameOverride" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
