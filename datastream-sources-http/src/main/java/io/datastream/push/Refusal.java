package io.datastream.push;

/** A request that is answered with an error. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500;

    final int status;

    Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** What goes into the answer: one line, without what could harm a terminal. */
    String text() {
        String message = String.valueOf(getMessage());
        StringBuilder text = new StringBuilder();
        message.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.SURROGATE
                        ? '?'
                        : c)
                .forEach(text::appendCodePoint);
        return text.append(message.length() > LONGEST ? "..." : "").toString();
    }
}
