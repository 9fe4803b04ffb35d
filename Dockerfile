# Built by you: no image is published yet. BUILD is a Node 24 image with npm; BASE is what runs, best one without a shell.
# Pin both by digest: --build-arg BASE=REGISTRY/NODE-24-IMAGE@sha256:…
ARG BUILD=node:24-slim
ARG BASE=node:24-slim
FROM ${BUILD} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${BASE}
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
USER 65532:65532
ENTRYPOINT ["node", "--disable-proto=delete", "--max-old-space-size=384", "dist/cli/main.js"]
