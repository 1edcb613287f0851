package io.datastream;

/** Names of steps. */
final class Names {
    private Names() {}

    static String check(String name) {
        if (!name.matches("[A-Za-z0-9._ -]{1,100}")) {
            throw new IllegalArgumentException(
                    "step name: \"" + name + "\" (expected: 1 to 100 letters, digits, blanks, '.', '_' or '-')");
        }
        return name;
    }
}
