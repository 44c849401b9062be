//! Topics of conversations, in the customers' languages.

/// A reason to write to a business.
#[derive(Debug)]
pub(crate) struct Topic {
    /// Name in the dashboard's words.
    pub(crate) title: &'static str,
    /// Value of `issue_type` in the classification.
    pub(crate) issue: &'static str,
    /// Tag that agents give it.
    pub(crate) tag: &'static str,
    /// Words by which the bot recognizes it.
    pub(crate) words: &'static [&'static str],
    /// Function that the bot calls for it.
    pub(crate) action: &'static str,
    /// The bot's answer; `{order}` stands for `order ORD-1` or `your order`.
    pub(crate) reply: &'static str,
    /// The bot's answer to a further question about it.
    pub(crate) follow_up: &'static str,
    /// In the order of the languages.
    pub(crate) texts: [Texts; 5],
}

/// One exchange. `{name}` stands for the customer's first name, `{order}` for the order number.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) subject: &'static str,
    pub(crate) question: &'static str,
    pub(crate) answer: &'static str,
}

const fn texts(subject: &'static str, question: &'static str, answer: &'static str) -> Texts {
    Texts {
        subject,
        question,
        answer,
    }
}

/// A text with its places filled in.
pub(crate) fn fill(text: &str, name: &str, order: &str) -> String {
    text.replace("{name}", name).replace("{order}", order)
}

pub(crate) const TOPICS: [Topic; 6] = [
    Topic {
        title: "Order Status Inquiry",
        issue: "order_status",
        tag: "shipping",
        words: &[
            "order", "track", "tracking", "parcel", "delivery", "shipping",
        ],
        action: "getOrderStatus",
        reply: "{order} has left our warehouse and is on its way to you.",
        follow_up: "Most parcels arrive within two working days; {order} is no exception.",
        texts: [
            texts(
                "Where is my order {order}?",
                "Hi, I ordered a week ago and nothing has arrived. Where is my order {order}?",
                "Hi {name}, order {order} left our warehouse and should reach you within two working days.",
            ),
            texts(
                "Wo bleibt meine Bestellung {order}?",
                "Hallo, ich warte seit einer Woche auf {order}. Können Sie bitte nachsehen?",
                "Hallo {name}, {order} ist unterwegs und kommt voraussichtlich in zwei Werktagen an.",
            ),
            texts(
                "Où est ma commande {order} ?",
                "Bonjour, ma commande {order} n'est toujours pas arrivée. Où est-elle ?",
                "Bonjour {name}, la commande {order} est en route et arrivera sous deux jours ouvrés.",
            ),
            texts(
                "¿Dónde está mi pedido {order}?",
                "Hola, mi pedido {order} todavía no ha llegado. ¿Pueden revisarlo?",
                "Hola {name}, el pedido {order} está en camino y llegará en dos días laborables.",
            ),
            texts(
                "Var är min beställning {order}?",
                "Hej! Jag har inte fått {order} än. Kan ni kolla var paketet är?",
                "Hej {name}! {order} är på väg och kommer fram inom två vardagar.",
            ),
        ],
    },
    Topic {
        title: "Return Request",
        issue: "return",
        tag: "returns",
        words: &["return", "returns", "refund"],
        action: "createReturnLabel",
        reply: "no problem. I have emailed you a return label for {order}; it is valid for 30 days.",
        follow_up: "Once the parcel is back, the refund for {order} takes up to five working days.",
        texts: [
            texts(
                "Return for {order}",
                "The jacket from {order} is too small. How can I send it back?",
                "No problem, {name}. I have emailed you a return label for {order}; it is valid for 30 days.",
            ),
            texts(
                "Rücksendung zu {order}",
                "Die Jacke aus {order} ist zu klein. Wie kann ich sie zurückschicken?",
                "Kein Problem, {name}. Das Rücksendeetikett für {order} ist unterwegs und 30 Tage gültig.",
            ),
            texts(
                "Retour de la commande {order}",
                "La veste de la commande {order} est trop petite. Comment la renvoyer ?",
                "Pas de souci, {name}. L'étiquette de retour pour {order} est valable 30 jours.",
            ),
            texts(
                "Devolución del pedido {order}",
                "La chaqueta del pedido {order} me queda pequeña. ¿Cómo la devuelvo?",
                "Sin problema, {name}. La etiqueta de devolución de {order} es válida 30 días.",
            ),
            texts(
                "Retur av {order}",
                "Jackan från {order} är för liten. Hur skickar jag tillbaka den?",
                "Inga problem, {name}. Returetiketten för {order} gäller i 30 dagar.",
            ),
        ],
    },
    Topic {
        title: "Damaged Item",
        issue: "damaged_item",
        tag: "damaged",
        words: &["broken", "damaged", "defect", "cracked"],
        action: "createReplacement",
        reply: "I am sorry about that. A replacement for {order} ships tomorrow.",
        follow_up: "The replacement for {order} arrives within three working days, and you need not send anything back.",
        texts: [
            texts(
                "Item arrived broken ({order})",
                "The mug in {order} arrived in pieces 😕 I can send photos.",
                "I am sorry about that, {name}. A replacement for {order} ships tomorrow.",
            ),
            texts(
                "Ware beschädigt angekommen ({order})",
                "Die Tasse aus {order} ist zerbrochen angekommen 😕 Fotos kann ich schicken.",
                "Das tut mir leid, {name}. Der Ersatz für {order} geht morgen raus.",
            ),
            texts(
                "Article cassé ({order})",
                "La tasse de la commande {order} est arrivée cassée 😕 J'ai des photos.",
                "Désolé, {name}. Le remplacement pour {order} part demain.",
            ),
            texts(
                "Artículo roto ({order})",
                "La taza del pedido {order} llegó rota 😕 Puedo enviar fotos.",
                "Lo siento, {name}. El reemplazo de {order} sale mañana.",
            ),
            texts(
                "Varan kom trasig ({order})",
                "Muggen i {order} var sönder när den kom 😕 Jag kan skicka bilder.",
                "Det var tråkigt, {name}. En ny för {order} skickas i morgon.",
            ),
        ],
    },
    Topic {
        title: "Invoice Request",
        issue: "billing_inquiry",
        tag: "billing",
        words: &["invoice", "bill", "charge", "vat"],
        action: "sendInvoice",
        reply: "of course. The invoice for {order} is in your inbox.",
        follow_up: "If the invoice for {order} has not arrived within an hour, please look in your spam folder.",
        texts: [
            texts(
                "Invoice for {order}",
                "Could you send me an invoice with our VAT number for {order}?",
                "Of course, {name}. The invoice for {order} is in your inbox.",
            ),
            texts(
                "Rechnung zu {order}",
                "Können Sie mir für {order} eine Rechnung mit USt-IdNr. schicken?",
                "Natürlich, {name}. Die Rechnung zu {order} ist in Ihrem Postfach.",
            ),
            texts(
                "Facture pour {order}",
                "Pourriez-vous m'envoyer une facture pour {order} avec notre numéro de TVA ?",
                "Bien sûr, {name}. La facture de {order} est dans votre boîte mail.",
            ),
            texts(
                "Factura de {order}",
                "¿Me pueden enviar la factura de {order} con nuestro NIF?",
                "Por supuesto, {name}. La factura de {order} está en su correo.",
            ),
            texts(
                "Faktura för {order}",
                "Kan ni skicka en faktura för {order} med vårt momsnummer?",
                "Självklart, {name}. Fakturan för {order} ligger i din inkorg.",
            ),
        ],
    },
    Topic {
        title: "Discount Code",
        issue: "discount",
        tag: "promotion",
        words: &["discount", "coupon", "voucher", "code"],
        action: "checkDiscountCode",
        reply: "the code SPRING15 is valid from an order value of 50 euros. It does not combine with sale items.",
        follow_up: "The code can be used once for each customer, until the end of the month.",
        texts: [
            texts(
                "Discount code does not work",
                "The code SPRING15 is refused at the checkout. Is it still valid?",
                "It is, {name}, from an order value of 50. It does not combine with sale items.",
            ),
            texts(
                "Rabattcode funktioniert nicht",
                "Der Code SPRING15 wird an der Kasse abgelehnt. Gilt er noch?",
                "Ja, {name}, ab einem Bestellwert von 50 Euro und nicht für reduzierte Ware.",
            ),
            texts(
                "Code promo refusé",
                "Le code SPRING15 est refusé au paiement. Est-il encore valable ?",
                "Oui, {name}, à partir de 50 euros d'achat et hors articles soldés.",
            ),
            texts(
                "El código de descuento no funciona",
                "El código SPRING15 no funciona al pagar. ¿Sigue siendo válido?",
                "Sí, {name}, a partir de 50 euros y sin artículos rebajados.",
            ),
            texts(
                "Rabattkoden fungerar inte",
                "Koden SPRING15 fungerar inte i kassan. Gäller den fortfarande?",
                "Ja, {name}, vid köp över 500 kronor och inte på reavaror.",
            ),
        ],
    },
    Topic {
        title: "Account Access",
        issue: "account_access",
        tag: "account",
        words: &["password", "login", "account"],
        action: "sendPasswordReset",
        reply: "I have sent you a new link to reset your password.",
        follow_up: "The link arrives within a few minutes and is valid for one hour.",
        texts: [
            texts(
                "Cannot log in",
                "I do not get the email to reset my password.",
                "I have sent it once more, {name}. Please look in the spam folder too.",
            ),
            texts(
                "Anmeldung nicht möglich",
                "Die E-Mail zum Zurücksetzen des Passworts kommt nicht an.",
                "Ich habe sie noch einmal geschickt, {name}. Bitte auch im Spam-Ordner nachsehen.",
            ),
            texts(
                "Connexion impossible",
                "Je ne reçois pas l'e-mail pour réinitialiser mon mot de passe.",
                "Je viens de le renvoyer, {name}. Regardez aussi dans les indésirables.",
            ),
            texts(
                "No puedo iniciar sesión",
                "No me llega el correo para cambiar la contraseña.",
                "Lo he enviado otra vez, {name}. Mire también en el correo no deseado.",
            ),
            texts(
                "Kan inte logga in",
                "Jag får inget mejl för att återställa lösenordet.",
                "Jag har skickat det igen, {name}. Titta även i skräpposten.",
            ),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_wherever_they_stand() {
        assert_eq!(
            fill("{name}: {order}, {order}", "Mia", "A-1"),
            "Mia: A-1, A-1"
        );
        assert_eq!(fill("nothing", "Mia", "A-1"), "nothing");
    }
}
