# One server with its database in the volume /data. It listens on every address of the container,
# for which it demands a token:
#
#   docker build -t syncline:0.1.0 .
#   docker run -p 127.0.0.1:4400:4400 -e SYNCLINE_TOKEN="$(openssl rand -hex 24)" \
#     -v syncline:/data -v "$PWD:/projects/mine:ro" syncline:0.1.0
#
# Give it at least 15 s to stop (docker stop -t 15): it ends operations and closes the database.

FROM node:24.11.1-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No scripts: the one that matters (links between Postgres's libraries) is made up for at start.
RUN npm ci --no-audit --no-fund --ignore-scripts --include=dev --include=optional
COPY . .
RUN node server/bootstrap/mend-driver.mjs && npm run build && npm prune --omit=dev --no-audit --no-fund --ignore-scripts
# Here, where the files may still be written: the account that runs them may only read.
RUN node -e "import('./dist/server/db/embedded/binaries.js').then((it) => it.findEmbeddedBinaries())"

FROM node:24.11.1-bookworm-slim
# git reads the dates of documents; tini collects processes whose parent has gone, which a server does not.
RUN apt-get update \
  && apt-get install -y --no-install-recommends git tini \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node -m 0700 /data
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
# Migrations and the demo are read from their place among the sources.
COPY --from=build --chown=root:root /app/server ./server
ENV NODE_ENV=production SYNCLINE_HOST=0.0.0.0 SYNCLINE_PORT=4400 SYNCLINE_DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 4400
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SYNCLINE_PORT}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/server/main.js"]
