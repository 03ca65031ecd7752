import { type Rules, refusesNothing } from "../rule.ts"
import { podRules } from "./pod-rules.ts"

const secretByName =
  "Refer to a Secret by name (secretEnv, or secretKeyRef in a chart of your own), and create that Secret outside the chart. What has been committed is known to whoever has the history: revoke it."

/** What is wrong with a chart before it is rendered, with what it renders, and with what would be deployed. */
export const rules: Rules = {
  ...podRules,
  "helm-lint-error": {
    what: "helm lint refuses the chart.",
    why: "Helm would refuse to install it, or install something else than is meant.",
    mend: "Read the message, and run helm lint with the values that the report names.",
    readOn: "https://helm.sh/docs/helm/helm_lint/",
  },
  "helm-lint-warning": {
    what: "helm lint warns of a place in the chart.",
    why: "Helm takes it, and somebody who reads or upgrades the chart may be surprised by it.",
    mend: "Read the message, and run helm lint with the values that the report names.",
    readOn: "https://helm.sh/docs/helm/helm_lint/",
  },
  "helm-lint-info": {
    what: "helm lint recommends something.",
    why: "It is good practice, and nothing depends on it.",
    mend: "Read the message.",
    waive: refusesNothing,
    readOn: "https://helm.sh/docs/helm/helm_lint/",
  },
  "template-error": {
    what: "A template of the chart could not be rendered with the values of an environment.",
    why: "What cannot be rendered cannot be deployed there.",
    mend: "The message names template and line. Render it by hand: helm template, with the same values.",
  },
  "values-unreadable": {
    what: "A file of values could not be read as YAML.",
    why: "Neither Helm nor the search for secrets knows what it sets.",
    mend: "The message names the place of the mistake.",
  },
  "chart-link": {
    what: "The chart has a symbolic link.",
    why: "A release's chart is identified by its files; a link could lead to another content later, or out of the chart.",
    mend: "Replace it by the file itself.",
  },
  "chart-dependency": {
    what: "A dependency of the chart is not there, or is there in another version than Chart.yaml or Chart.lock asks for.",
    why: "Helm would render without it, or with what nobody has chosen.",
    mend: "Run helm dependency update in the chart, and commit Chart.lock and charts/.",
    readOn: "https://helm.sh/docs/helm/helm_dependency/",
  },
  "render-random": {
    what: "Two renderings of the chart with equal values differ in an object: randAlphaNum, genSignedCert, now and the like.",
    why: "A plan shows what is applied and is approved by its hash; a chart that renders something else each time cannot be bound to one.",
    mend: "Take such functions out of the chart: create what is random outside of it, once, as a Secret.",
  },
  "manifest-unreadable": {
    what: "A rendered document is no manifest: it has no kind, or is no valid YAML.",
    why: "Kubernetes would refuse it in the middle of a deployment.",
    mend: "Render the chart (dagger call render --environment NAME export --path out) and look at the document.",
  },
  "schema-invalid": {
    what: "A manifest does not fit the schema of its kind: a field that the kind does not have, or a value of another type.",
    why: "Kubernetes refuses it, or drops the field without a word, so that what it was to set is not set.",
    mend: "The message names field and type; kubectl explain KIND shows what the kind has.",
  },
  "schema-missing": {
    what: "There is no schema for the kind of a manifest: a custom resource whose CustomResourceDefinition the chart does not have, or a version that this Kubernetes no longer serves.",
    why: "What was held against no schema has not been checked.",
    mend: "Add the CustomResourceDefinition to the chart (crds/), correct apiVersion, or accept the kind with a reason: gates.charts.accepted in signalbox.yaml.",
  },
  "schema-accepted": {
    what: "A manifest of a kind without a schema, which gates.charts.accepted of signalbox.yaml accepts with a reason.",
    why: "It was not checked, and the report says so.",
    mend: "Add its CustomResourceDefinition to the chart, and take the kind out of the list.",
    waive: refusesNothing,
  },
  "object-duplicate": {
    what: "The chart renders two objects of one kind under one name.",
    why: "The second one wins, and a plan would show one of them alone.",
    mend: "Render it once, or give one of the two another name.",
  },
  "number-form": {
    what: "A number or boolean reaches its reader in another form than it is written in: Helm reads 1.10 as 1.1, 0755 as 493, yes as true, and writes 10485760 as 1.048576e+07.",
    why: "A program that reads an integer takes 1.048576e+07 for 1, and a version 1.10 becomes 1.1.",
    mend: "Put it in quotes in the values, or render it with | int64 | quote.",
  },
  "number-imprecise": {
    what: "An integer beyond 2^53 in the values or in a manifest.",
    why: "Helm reads numbers as floating point: neither it nor a plan can tell such a number from its neighbours.",
    mend: "Put it in quotes, or choose a smaller one.",
  },
  "access-service": {
    what: "The environment's access names a component, and the chart renders no Service by which it would be found.",
    why: "The smoke test would not reach the application, and every deployment would be rolled back.",
    mend: "Label the Service app.kubernetes.io/instance=RELEASE and app.kubernetes.io/component=COMPONENT, or use access: { kind: url }.",
  },
  "budget-blocks-drains": {
    what: "A PodDisruptionBudget asks for as many pods as there are.",
    why: "No pod may go, so that no node can be drained: upgrades of the cluster wait for it for ever.",
    mend: "Keep minAvailable below the number of replicas, or leave the budget out with one replica.",
    readOn: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  },
  "image-unused": {
    what: "No manifest names the image of a component: the chart does not read the value that Signalbox sets.",
    why: "Another image would go on running under the new version's name.",
    mend: 'Use .Values.components.NAME.image.repository and .digest in the template: image: "{{ repository }}@{{ digest }}".',
  },
  "kube-score-below-minimum": {
    what: "kube-score gives a workload of an environment fewer points of 100 than gates.charts.kubeScore asks for.",
    why: "The points are the grades of all checks of that workload together: what is missing makes a workload harder to run, or easier to break into.",
    mend: "Mend what the findings kube-score:… of the same report name, or skip a check with a reason: a change of policy that somebody approves.",
    readOn: "https://github.com/zegl/kube-score/blob/master/README_CHECKS.md",
  },
  "kube-score-skipped": {
    what: "A check of kube-score that gates.charts.kubeScore.skip leaves out, with the reason that stands there.",
    why: "What nobody has looked at is no pass, and whoever reads the report decides by the reason.",
    mend: "Nothing, as long as the reason holds; then remove the entry: the check counts again.",
    readOn: "https://github.com/zegl/kube-score/blob/master/README_CHECKS.md",
  },
  "secret-in-values": {
    what: "A file of values has a secret itself, and not a reference to one.",
    why: "It is in the history of the repository, in Helm's release Secret and in every plan's inputs.",
    mend: secretByName,
  },
  "secret-rendered": {
    what: "A rendered manifest carries a secret: in a Secret's data, in env, in a configuration file, in an argument.",
    why: "Whoever may read the object, the Helm release or the plan has it.",
    mend: secretByName,
  },
  placeholder: {
    what: "A rendered manifest still has CHANGE_ME, plain or in base64.",
    why: "The application would start with a password that everybody knows, or not at all.",
    mend: "Set the value, by a reference to a Secret where it is one.",
  },
}
