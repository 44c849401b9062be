//! Articles of the seeded knowledge bases, in the languages of the customers.

/// Title and text of an article.
pub(super) type Text = (&'static str, &'static str);

/// Articles by topic, then by language, in the order of both.
pub(super) const ARTICLES: [[Text; 5]; 6] = [
    [
        (
            "How to track your order",
            "Every order leaves our warehouse within one working day. The tracking link is in the \
             confirmation email, and most parcels arrive within two working days.",
        ),
        (
            "Sendungsverfolgung",
            "Jede Bestellung verlässt unser Lager innerhalb eines Werktags. Den Link zur \
             Sendungsverfolgung finden Sie in der Bestätigungsmail.",
        ),
        (
            "Suivre votre commande",
            "Chaque commande quitte notre entrepôt sous un jour ouvré. Le lien de suivi se trouve \
             dans l'e-mail de confirmation.",
        ),
        (
            "Seguir su pedido",
            "Cada pedido sale de nuestro almacén en un día laborable. El enlace de seguimiento \
             está en el correo de confirmación.",
        ),
        (
            "Spåra din beställning",
            "Varje beställning lämnar vårt lager inom en vardag. Spårningslänken finns i \
             bekräftelsemejlet.",
        ),
    ],
    [
        (
            "How to return an item",
            "Items can be returned within 30 days. Ask for a return label, put it on the parcel, \
             and the refund reaches you within five working days of its arrival.",
        ),
        (
            "Rücksendung und Erstattung",
            "Artikel können innerhalb von 30 Tagen zurückgeschickt werden. Die Erstattung folgt \
             innerhalb von fünf Werktagen nach dem Eingang.",
        ),
        (
            "Retours et remboursements",
            "Les articles peuvent être renvoyés sous 30 jours. Le remboursement suit dans les cinq \
             jours ouvrés après réception.",
        ),
        (
            "Devoluciones y reembolsos",
            "Los artículos se pueden devolver en 30 días. El reembolso llega en los cinco días \
             laborables posteriores a la recepción.",
        ),
        (
            "Returer och återbetalning",
            "Varor kan returneras inom 30 dagar. Pengarna är tillbaka inom fem vardagar efter att \
             returen har kommit fram.",
        ),
    ],
    [
        (
            "Damaged items",
            "We replace everything that arrives broken. A photo is enough, and the damaged item \
             need not be sent back.",
        ),
        (
            "Beschädigte Ware",
            "Wir ersetzen alles, was beschädigt ankommt. Ein Foto genügt, und die beschädigte Ware \
             muss nicht zurückgeschickt werden.",
        ),
        (
            "Articles endommagés",
            "Nous remplaçons tout article arrivé cassé. Une photo suffit, et l'article endommagé \
             n'est pas à renvoyer.",
        ),
        (
            "Artículos dañados",
            "Reemplazamos todo lo que llegue roto. Basta una foto y no hace falta devolver el \
             artículo dañado.",
        ),
        (
            "Skadade varor",
            "Vi ersätter allt som kommer fram trasigt. Ett foto räcker, och den skadade varan \
             behöver inte skickas tillbaka.",
        ),
    ],
    [
        (
            "Invoices and VAT",
            "The invoice is sent by email with each parcel. We add your VAT number when you give it \
             to us within 14 days.",
        ),
        (
            "Rechnungen und Umsatzsteuer",
            "Die Rechnung kommt mit jeder Sendung per E-Mail. Ihre USt-IdNr. ergänzen wir, wenn Sie \
             sie uns innerhalb von 14 Tagen nennen.",
        ),
        (
            "Factures et TVA",
            "La facture est envoyée par e-mail avec chaque colis. Nous ajoutons votre numéro de TVA \
             si vous nous le donnez sous 14 jours.",
        ),
        (
            "Facturas e IVA",
            "La factura se envía por correo con cada paquete. Añadimos su NIF si nos lo da en los \
             14 días siguientes.",
        ),
        (
            "Fakturor och moms",
            "Fakturan skickas med e-post vid varje leverans. Vi lägger till ert momsnummer om ni \
             anger det inom 14 dagar.",
        ),
    ],
    [
        (
            "Discount codes",
            "A discount code is entered at the checkout. It is valid from an order value of 50 \
             euros and does not combine with sale items.",
        ),
        (
            "Rabattcodes",
            "Ein Rabattcode wird an der Kasse eingegeben. Er gilt ab einem Bestellwert von 50 Euro \
             und nicht für reduzierte Ware.",
        ),
        (
            "Codes promo",
            "Un code promo se saisit au paiement. Il est valable à partir de 50 euros d'achat, hors \
             articles soldés.",
        ),
        (
            "Códigos de descuento",
            "Un código de descuento se introduce al pagar. Es válido a partir de 50 euros y no para \
             artículos rebajados.",
        ),
        (
            "Rabattkoder",
            "En rabattkod anges i kassan. Den gäller vid köp över 500 kronor och inte på reavaror.",
        ),
    ],
    [
        (
            "Logging in and passwords",
            "A forgotten password is reset by the link under the login form. The email arrives \
             within a few minutes; please look in the spam folder too.",
        ),
        (
            "Anmeldung und Passwort",
            "Ein vergessenes Passwort wird über den Link unter dem Anmeldeformular zurückgesetzt. \
             Die E-Mail kommt innerhalb weniger Minuten an.",
        ),
        (
            "Connexion et mot de passe",
            "Un mot de passe oublié se réinitialise par le lien sous le formulaire de connexion. \
             L'e-mail arrive en quelques minutes.",
        ),
        (
            "Inicio de sesión y contraseña",
            "Una contraseña olvidada se restablece con el enlace bajo el formulario de acceso. El \
             correo llega en pocos minutos.",
        ),
        (
            "Inloggning och lösenord",
            "Ett glömt lösenord återställs med länken under inloggningsformuläret. Mejlet kommer \
             inom några minuter.",
        ),
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_is_whole_sentences_without_places_to_fill_in() {
        for (title, text) in ARTICLES.iter().flatten() {
            assert!(text.ends_with('.'), "{title}");
            assert!(
                !text.contains(['{', '}']) && !text.contains("  "),
                "{title}"
            );
        }
    }
}
