# SPDX-License-Identifier: Apache-2.0
# Sets up what ./yungui needs. Sourced from the checkout's top folder; each step does nothing where all is there.

say() { printf '\033[2m· %s\033[0m\n' "$*"; }
fail() {
    printf 'yungui: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "to install packages it needs root or sudo: $*"
    fi
}

# The packages of the named groups in tools/packages.txt ("# to build", "# to test" …).
packages_of() {
    local groups="$*"
    awk -v groups="$groups" '
        BEGIN { split(groups, wanted, " ") }
        /^#/ { on = 0; for (i in wanted) if (index($0, wanted[i])) on = 1; next }
        NF && on { print $1 }' tools/packages.txt
}

# set_up_packages build|test|bench …: installs the Debian packages that are missing.
set_up_packages() {
    local stamp
    stamp=".cache/packages-$(echo "$*" | tr ' ' '-')-$(sha256sum tools/packages.txt | cut -c1-12)"
    [ -e "$stamp" ] && return
    command -v dpkg-query >/dev/null || fail "it runs on Debian 12: dpkg was not found"
    local missing=() package
    for package in $(packages_of "$@"); do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        # Tests start servers of their own; none is to run for the system.
        [[ " ${missing[*]} " == *" postgresql-15 "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ] &&
            as_root sh -c 'mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf'
        say "installing ${#missing[@]} packages: ${missing[*]}"
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
            fail "the packages could not be installed"
    fi
    mkdir -p .cache
    touch "$stamp"
}

node_is_new_enough() {
    command -v node >/dev/null && command -v npm >/dev/null &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

# Node 20.19 or newer. Where the system's is older, it comes from the registry's own package of Node, with a newer npm.
set_up_node() {
    local node_version=20.20.2 npm_version=11.19.1
    [ -d .cache/node/bin ] && export PATH="$PWD/.cache/node/bin:$PATH"
    node_is_new_enough && return
    if ! command -v npm >/dev/null; then
        say "installing Debian's npm, to fetch a newer Node with"
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
    fi
    say "fetching Node $node_version"
    mkdir -p .cache/node/bin
    npm install --silent --no-fund --no-audit --ignore-scripts --prefix .cache/node \
        "node-linux-$(node -p process.arch)@$node_version" "npm@$npm_version" || fail "Node could not be fetched"
    ln -sf "../node_modules/node-linux-$(node -p process.arch)/bin/node" .cache/node/bin/node
    ln -sf ../node_modules/npm/bin/npm-cli.js .cache/node/bin/npm
    ln -sf ../node_modules/npm/bin/npx-cli.js .cache/node/bin/npx
    export PATH="$PWD/.cache/node/bin:$PATH"
    node_is_new_enough || fail "Node $node_version does not run here"
}

# Cargo 1.95 or newer, which what `bench decision` compares with is compiled by; without it the bench leaves that out.
set_up_cargo() {
    command -v cargo >/dev/null && cargo --version | awk '{ split($2, v, "."); exit !(v[1] > 1 || v[2] >= 95) }' && return
    (set_up_packages ZEN) || say "there is no new enough cargo: ZEN will be left out"
}

set_up_models() {
    set_up_node  # The registry's client fetches them.
    python3 tools/setup/models.py || fail "the models could not be fetched"
}
set_up_faces() { bash tools/setup/faces.sh; }

# build_program dev|check|release|fuzz|tsan [TARGET …]
build_program() {
    [ -e "build/$1/build.ninja" ] || cmake --preset "$1" >"/tmp/yungui-cmake-$$.log" 2>&1 ||
        { cat "/tmp/yungui-cmake-$$.log" >&2; fail "the build could not be configured"; }
    rm -f "/tmp/yungui-cmake-$$.log"
    # The first build shows ninja's progress; an idle one says nothing.
    local targets=(yungui yungui-sandbox)
    case "$1" in
        check | dev | tsan) targets=(all_tests all_fuzz) ;;
        fuzz) targets=(all_fuzz) ;;
    esac
    [ $# -gt 1 ] && targets=("${@:2}")
    NINJA_STATUS='[%f/%t, %e s] ' ninja -C "build/$1" --quiet "${targets[@]}" || fail "the build failed"
}

# A name for what the pages are made of. By content: generated files are written anew with what they held before.
web_sources() {
    find web openapi/openapi.yaml -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0 | sort -z |
        xargs -0 sha256sum | sha256sum | cut -c1-16
}

# Builds the pages where their sources are others than what was built. Who comes while another builds waits: an installation
# takes everything away first.
build_web() {
    mkdir -p .cache
    local lock
    exec {lock}>.cache/web.lock
    flock "$lock"
    if [ ! -e ".cache/web-$(web_sources)" ] || [ ! -d web/customer/dist ] || [ ! -d web/staff/dist ]; then
        set_up_node
        say "building the pages"
        (cd web && npm ci --no-fund --no-audit --silent && npm run --silent build) || fail "the pages could not be built"
        rm -f .cache/web-*
        touch ".cache/web-$(web_sources)"  # What was generated counts as a source, too.
    fi
    exec {lock}>&-
}
