package io.datastream.bench.compare;

/** Something that can do the work. */
interface Engine {
    /** Starts the work, which goes on in other threads until the JVM ends. */
    void start(Job job) throws Exception;

    static Engine of(String name) {
        return switch (name) {
            case "datastream" -> new DatastreamEngine();
            case "jet" -> new JetEngine();
            case "clients" -> new ClientsEngine();
            default ->
                throw new IllegalArgumentException("engine: \"" + name + "\" (expected: datastream, jet or clients)");
        };
    }
}
