// Command helm renders a chart with Helm's own engine, for tests: what `helm template` would print, and whether it
// would print anything at all.
//
// It reads one line of JSON on stdin, a list of cases {"namespace", "values"}, and answers with a list of
// {"files": {"<template>": "<text>"}} or {"error": "<what Helm says>"}, in their order. Values are checked against the
// chart's values.schema.json first, as Helm does.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

type givenCase struct {
	Namespace string         `json:"namespace"`
	Values    map[string]any `json:"values"`
}

type answer struct {
	Files map[string]string `json:"files,omitempty"`
	Error string            `json:"error,omitempty"`
}

func render(loaded *chart.Chart, given givenCase) answer {
	release := chartutil.ReleaseOptions{Name: "gatehouse", Namespace: given.Namespace, Revision: 1, IsInstall: true}
	values, err := chartutil.ToRenderValues(loaded, given.Values, release, chartutil.DefaultCapabilities)
	if err != nil {
		return answer{Error: err.Error()}
	}
	files, err := engine.Engine{Strict: true}.Render(loaded, values)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Files: files}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: helm CHART-DIR < cases.json")
	}
	loaded, err := loader.Load(os.Args[1])
	if err != nil {
		return err
	}
	if err := loaded.Validate(); err != nil {
		return err
	}
	var cases []givenCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		return err
	}
	answers := make([]answer, 0, len(cases))
	for _, given := range cases {
		answers = append(answers, render(loaded, given))
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "helm:", err)
		os.Exit(1)
	}
}
