# Everything needs Node and make alone; `make e2e` uses an API server (test/kube/README.md) and a Chromium where it finds them.
NODE ?= node
NPM ?= npm
JEST = $(NODE) scripts/jest.mjs

.DEFAULT_GOAL := build
.PHONY: build run check test unit integration no-proto random e2e browser faults faults-short test-nodes generate generate-proto bench clean

node_modules/.package-lock.json: package-lock.json package.json .npmrc
	$(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

# Install and compile into dist/.
build: node_modules/.package-lock.json
	$(NODE) scripts/build.mjs

# Serve the webhook over the demo manifests.
run: build
	$(NODE) dist/cli/main.js serve --manifests deploy/demo

# Format, lint, types, unit tests: under a minute.
check: node_modules/.package-lock.json
	$(NODE) scripts/check.mjs

unit: node_modules/.package-lock.json
	$(JEST) -c jest.unit.config.mjs

# What waits for sockets, files and timers.
integration: node_modules/.package-lock.json
	$(JEST) -c jest.integration.config.mjs

# Everything. GATEHOUSE_E2E=required makes a missing API server or browser an error.
test: build check integration no-proto random e2e

# The unit and integration tests once more, where reading or setting `__proto__` of anything throws.
no-proto: node_modules/.package-lock.json
	GATEHOUSE_NO_PROTO=1 $(NODE) --disable-proto=throw scripts/jest.mjs --silent

# Properties over random input, against oracles; they print their seed.
random: node_modules/.package-lock.json
	$(JEST) -c jest.random.config.mjs

e2e: build browser
	$(JEST) -c jest.e2e.config.mjs

# Several replicas behind one Service, under everything that may befall them (docs/reliability.md): hours, with progress.
faults: build
	GATEHOUSE_FAULTS=long $(JEST) -c jest.faults.config.mjs

# A sample of each, in minutes.
faults-short: build
	GATEHOUSE_FAULTS=short $(JEST) -c jest.faults.config.mjs

# The pages in a headless Chromium, where there is one.
browser: node_modules/.package-lock.json
	$(JEST) -c jest.browser.config.mjs

# The suite under the other Node versions that we promise, from the npm package `node`.
test-nodes: build
	$(NODE) scripts/test-nodes.mjs 22 24

# Everything that is generated: CRDs, schemas, tables.
generate: build
	$(NODE) scripts/generate.mjs

# The messages of the inbound API, from proto/; needs protoc (Debian: protobuf-compiler, libprotobuf-dev).
generate-proto: node_modules/.package-lock.json
	$(NODE) scripts/generate-proto.mjs

# Figures side by side; bench/RESULTS.md holds those of the last run.
bench: build
	$(NODE) bench/index.mjs
	$(NODE) bench/impact.mjs
	$(NODE) bench/review.mjs
	$(NODE) --expose-gc bench/heap-per-pod.mjs
	$(NODE) bench/lint.mjs
	$(NODE) bench/api.mjs
	$(NODE) bench/matrix.mjs

clean:
	rm -rf dist coverage node_modules/.cache
