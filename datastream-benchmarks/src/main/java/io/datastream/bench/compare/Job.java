package io.datastream.bench.compare;

/** What an engine is to do: the means of the readings on one topic go to another. */
record Job(String engine, String bootstrap, String input, String output, int records, int results, int threads) {
    static Job parse(String[] args) {
        return new Job(
                args[0],
                args[1],
                args[2],
                args[3],
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]));
    }

    String[] arguments() {
        return new String[] {
            engine,
            bootstrap,
            input,
            output,
            Integer.toString(records),
            Integer.toString(results),
            Integer.toString(threads)
        };
    }
}
