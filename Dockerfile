# The bridge together with the Claude CLI. docs/docker.md says how to run it. The image contains the CLI, which is under its
# vendor's licence: read that before you pass the image on to others.

FROM debian:bookworm-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates maven openjdk-17-jdk-headless \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY pom.xml ./
COPY webroot webroot
COPY src/main src/main
RUN mvn --batch-mode --no-transfer-progress -Dmaven.test.skip=true package
# The native libraries of JNA and pty4j for this architecture, under the file names that these look for.
RUN case "$(dpkg --print-architecture)" in \
        amd64) processor=x86-64 ;; \
        arm64) processor=aarch64 ;; \
        *) echo "the Claude CLI is there for amd64 and arm64 only" >&2; exit 1 ;; \
    esac \
    && mkdir -p /opt/claude-auth-bridge/native unpacked \
    && (cd unpacked && jar --extract --file ../target/claude-auth-bridge.jar \
        "com/sun/jna/linux-$processor/libjnidispatch.so" "resources/com/pty4j/native/linux/$processor/libpty.so") \
    && cp "unpacked/com/sun/jna/linux-$processor/libjnidispatch.so" /opt/claude-auth-bridge/native/ \
    && cp -R unpacked/resources/com/pty4j/native/linux /opt/claude-auth-bridge/native/ \
    && cp target/claude-auth-bridge.jar src/main/docker/java.options src/main/docker/healthy \
        src/main/docker/archive-classes /opt/claude-auth-bridge/

FROM debian:bookworm-slim AS cli
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates npm \
    && rm -rf /var/lib/apt/lists/*
# Empty: the version that the bridge was tested with.
ARG CLAUDE_VERSION
COPY src/main/resources/dev/authbridge/claude/version /cli/version
# Only the binary for this platform, without its Node.js wrapper and without install scripts.
RUN case "$(dpkg --print-architecture)" in amd64) processor=x64 ;; arm64) processor=arm64 ;; *) exit 1 ;; esac \
    && npm install --prefix /cli --ignore-scripts --no-audit --no-fund \
        "@anthropic-ai/claude-code-linux-$processor@${CLAUDE_VERSION:-$(cat /cli/version)}" \
    && install -m 755 "/cli/node_modules/@anthropic-ai/claude-code-linux-$processor/claude" /usr/local/bin/claude \
    && rm -rf /cli

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates openjdk-17-jre-headless tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 bridge \
    && useradd --uid 10001 --gid bridge --home-dir /data --no-create-home --shell /usr/sbin/nologin bridge \
    && install -d -o root -g root -m 770 /data
COPY --from=cli /usr/local/bin/claude /usr/local/bin/claude
COPY --from=build /opt/claude-auth-bridge /opt/claude-auth-bridge
RUN /opt/claude-auth-bridge/archive-classes /opt/claude-auth-bridge \
    && rm /opt/claude-auth-bridge/archive-classes

# The server listens on all addresses of the container, so it requires a certificate or CLAUDE_AUTH_BEHIND_PROXY=true.
ENV LANG=C.UTF-8 \
    MALLOC_ARENA_MAX=2 \
    CLAUDE_COMMAND=/usr/local/bin/claude \
    CLAUDE_CREDENTIALS_PATH=/data \
    CLAUDE_AUTH_HOST=0.0.0.0
# As numbers: Kubernetes cannot tell from a name that it is not root. The group 0, which gives no rights here but to /data, is the
# one with which OpenShift runs an arbitrary uid.
USER 10001:0
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/opt/claude-auth-bridge/healthy"]
# tini is process 1 because a JVM there would not reap orphaned processes, which then stay as zombies.
ENTRYPOINT ["/usr/bin/tini", "--", "java", "@/opt/claude-auth-bridge/java.options", \
    "-XX:SharedArchiveFile=/opt/claude-auth-bridge/claude-auth-bridge.jsa", \
    "-jar", "/opt/claude-auth-bridge/claude-auth-bridge.jar"]
