import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.test.config.TestHSearchAddInConfig;
import ca.uhn.fhir.jpa.test.config.TestR4Config;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * The HAPI FHIR JPA server, R4, on a free port of this machine, with a database in memory. Prints its address once it
 * answers, and ends when its standard input does.
 *
 * <p>Its own tests' configuration sets it up: the database, and nothing of Elasticsearch. References are enforced, as a
 * server does by default; what they name and is not there gets a placeholder, which sites allow that load results from
 * several sources.
 */
public final class FhirServer {
    private FhirServer() {}

    public static void main(String[] args) throws Exception {
        var spring = new AnnotationConfigApplicationContext(TestR4Config.class, TestHSearchAddInConfig.NoFT.class);
        var settings = spring.getBean(JpaStorageSettings.class);
        settings.setAutoCreatePlaceholderReferenceTargets(true);
        settings.setAllowExternalReferences(true);

        var fhir = new RestfulServer(spring.getBean(FhirContext.class));
        var providers = spring.getBean("myResourceProvidersR4", ResourceProviderFactory.class);
        fhir.registerProviders(providers.createProviders());
        fhir.registerProvider(spring.getBean("mySystemProviderR4", JpaSystemProvider.class));
        fhir.setPagingProvider(spring.getBean(DatabaseBackedPagingProvider.class));
        fhir.setDefaultResponseEncoding(EncodingEnum.JSON);

        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        var handler = new ServletContextHandler();
        handler.addServlet(new ServletHolder(fhir), "/fhir/*");
        server.setHandler(handler);
        server.start();
        System.out.println("http://127.0.0.1:" + connector.getLocalPort() + "/fhir");
        while (System.in.read() != -1) {
            // Waits for the end.
        }
        System.exit(0);
    }
}
