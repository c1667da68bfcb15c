# Sourced by sluice and verify (POSIX sh): finds a Java of at least this version.
REQUIRED_JAVA=25

# Prints the major version of the Java in folder $1, or nothing. Reads its release file, which is quicker than starting it.
java_major() {
    [ -x "$1/bin/java" ] || return 0
    if [ -r "$1/release" ]; then
        version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release")
    else
        version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9][0-9]*\).*/\1/p')
    fi
    printf '%s\n' "$version" | head -n 1
}

# Prints the file that $1 is, however many symbolic links lead to it.
follow_links() {
    file=$1
    while [ -L "$file" ]; do
        target=$(readlink "$file")
        case $target in
            /*) file=$target ;;
            *) file=$(dirname "$file")/$target ;;
        esac
    done
    printf '%s\n' "$file"
}

# Whether folder $1 holds a Java that will do; $2 is the program in bin that must be there (java or javac).
java_suffices() {
    [ -n "$1" ] && [ -x "$1/bin/$2" ] || return 1
    major=$(java_major "$1")
    [ -n "$major" ] && [ "$major" -ge "$REQUIRED_JAVA" ]
}

# Sets JAVA_HOME to the first Java that will do: JAVA_HOME itself, the java on PATH, the usual folders. $1: java or javac.
find_java() {
    if java_suffices "${JAVA_HOME:-}" "$1"; then
        return 0
    fi
    on_path=$(command -v java || true)
    if [ -n "$on_path" ]; then
        on_path=$(dirname "$(dirname "$(follow_links "$on_path")")")
    fi
    for home in "$on_path" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if java_suffices "$home" "$1"; then
            JAVA_HOME=$home
            return 0
        fi
    done
    cat >&2 <<END
Sluice needs JDK $REQUIRED_JAVA or newer, and none was found: not in JAVA_HOME (${JAVA_HOME:-not set}), not as java on PATH
(${on_path:-none}), not in /usr/lib/jvm or /Library/Java/JavaVirtualMachines. Install one, for instance
  Debian, Ubuntu   apt-get install openjdk-25-jdk-headless   (or temurin-25-jdk from Adoptium's packages)
  Fedora           dnf install java-25-openjdk-devel
  macOS            brew install openjdk
or set JAVA_HOME to the folder of one that is installed elsewhere.
END
    return 1
}
