package io.datastream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModulesTest {
    @Test
    void readsTheModuleFromAFolderOfClasses() {
        assertThat(Modules.of(
                        "file:/home/me/datastream-main/datastream-core/target/classes/io/datastream/time/Window.class"))
                .contains("datastream-core");
    }

    @Test
    void readsTheModuleFromAJarOfTheReactor() {
        assertThat(Modules.of("jar:file:/src/datastream-formats/datastream-formats-csv/target/"
                        + "datastream-formats-csv-0.1.0-SNAPSHOT.jar!/io/datastream/formats/csv/CsvFormat.class"))
                .contains("datastream-formats-csv");
    }

    @Test
    void readsTheModuleFromALocalRepository() {
        assertThat(Modules.of("jar:file:/home/user/.m2/repository/io/datastream/datastream-kafka/0.1.0/"
                        + "datastream-kafka-0.1.0.jar!/io/datastream/kafka/KafkaSource.class"))
                .contains("datastream-kafka");
    }

    @Test
    void findsClassesOfEveryModule() {
        assertThat(Modules.CLASSES.stream().flatMap(type -> Modules.of(type).stream()))
                .containsAll(Modules.MAY_USE.keySet());
    }
}
