// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite("The description of fields, parameters and answers")
struct ShapeSchemaTests {
    private func document(
        security: APIOperation.Security = .bearer, _ about: APIOperation.About
    ) -> OpenAPIDocument {
        OpenAPIDocument(
            operations: [APIOperation(.post, "/api/x/{id}/y/", name: "X", security: security, about: about)],
            version: "1", server: "/")
    }

    private func text(_ value: JSONValue?) -> String {
        var writer = JSONWriter()
        writer.write(value ?? .null)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func member(_ path: String..., of value: JSONValue) -> JSONValue? {
        path.reduce(value) { value, key in
            guard case .object(let object)? = value else { return nil }
            return object[key]
        }
    }

    @Test("objects in objects, arrays, maps and null")
    func shapes() {
        let user = Shape.object(name: "Owner", [Property("id", .integer, example: "7", help: "The id.")])
        let shape = Shape.object(
            name: "Thing",
            [
                Property("owner", user, help: "The owner."),
                Property("heir", .nullable(user), help: "The heir."),
                Property("names", .array(of: .value(.string, example: "a")), help: "Names."),
                Property("count", .integer, isNullable: true, example: "3", help: "A number."),
                Property(
                    "changes",
                    .map(of: .array(of: .nullable(.value(.string, example: "a"))), help: "Old and new value."),
                    help: "Changes."),
            ])
        let document = document(.init("Do", successes: [Success("Done.", .page(name: "ThingList", of: shape))]))
        let schemas = document.schemas
        let thing = member("Thing", "properties", of: schemas)
        let owner = ##"{"$ref":"#/components/schemas/Owner"##
        #expect(text(thing.flatMap { member("owner", of: $0) }) == owner + #"","description":"The owner."}"#)
        #expect(
            text(thing.flatMap { member("heir", of: $0) })
                == #"{"anyOf":[\#(owner)"},{"type":"null"}],"description":"The heir."}"#)
        #expect(
            text(thing.flatMap { member("names", of: $0) })
                == #"{"type":"array","items":{"type":"string"},"description":"Names."}"#)
        #expect(
            text(thing.flatMap { member("count", of: $0) })
                == #"{"type":["integer","null"],"description":"A number.","examples":[3]}"#)
        #expect(
            text(thing.flatMap { member("changes", "additionalProperties", of: $0) })
                == #"{"type":"array","items":{"type":["string","null"]},"description":"Old and new value."}"#)
        #expect(member("Owner", "properties", "id", of: schemas) != nil, "nested ones are listed, too")
        #expect(
            text(document.example(of: shape))
                == #"{"owner":{"id":7},"heir":{"id":7},"names":["a"],"count":3,"changes":{}}"#)
        #expect(text(member("ThingList", "required", of: schemas)) == #"["results","next","cut_short"]"#)
    }

    @Test("fields of every kind")
    func fields() {
        let kinds: [(Field, String)] = [
            (
                Field("a", .flag, example: "true", help: "A."),
                #"{"type":"boolean","description":"A.","examples":[true]}"#
            ),
            (
                Field("b", .integer(1...9), example: "5", help: "B."),
                #"{"type":"integer","format":"int64","minimum":1,"maximum":9,"description":"B.","examples":[5]}"#
            ),
            (
                Field("c", .ids, maximumCount: 9, example: "1, 2", help: "C."),
                #"{"type":"array","items":{"type":"integer","format":"int64"},"maxItems":9,"description":"C.","examples":[[1,2]]}"#
            ),
            (
                Field("d", .texts, maximumLength: 5, example: "a, b", help: "D."),
                #"{"type":"array","items":{"type":"string","minLength":1,"maxLength":5},"maxItems":500,"description":"D.","examples":[["a","b"]]}"#
            ),
            (
                Field("e", .choice(["x", "y"]), example: "x", help: "E."),
                #"{"type":"string","enum":["x","y"],"description":"E.","examples":["x"]}"#
            ),
            (
                Field("f", .scalar, example: "5", help: "F."),
                #"{"type":["string","integer","boolean"],"description":"F.","examples":["5"]}"#
            ),
        ]
        let document = document(.init("Do", fields: kinds.map(\.0)))
        for (field, expected) in kinds { #expect(text(document.schema(of: field)) == expected) }
        let body = member(
            "paths", "/api/x/{id}/y/", "post", "requestBody", "content", "application/json", of: document.json)
        #expect(
            text(body.flatMap { member("example", of: $0) })
                == #"{"a":true,"b":5,"c":[1,2],"d":["a","b"],"e":"x","f":"5"}"#)
    }

    @Test("parameters of every type")
    func parameters() {
        let types: [(Parameter.Value, String, String, String)] = [
            (.integer, "5", #"{"type":"integer","format":"int64"}"#, "5"),
            (.boolean, "true", #"{"type":"boolean"}"#, "true"),
            (.dateTime, "2026-01-01T00:00:00Z", #"{"type":"string","format":"date-time"}"#, #""2026-01-01T00:00:00Z""#),
            (.oneOf(["a"]), "a", #"{"type":"string","enum":["a"]}"#, #""a""#),
        ]
        for (value, example, schema, shown) in types {
            let parameter = document(.init("Do")).json(
                of: Parameter("p", in: .query, value, example: example, help: "P."))
            #expect(text(member("schema", of: parameter)) == schema && text(member("example", of: parameter)) == shown)
            #expect(member("allowEmptyValue", of: parameter) == nil)
        }
    }

    @Test("the demand of an operation, and the refusals that follow")
    func demand() throws {
        let document = document(security: .staff(.viewUser, isFresh: true), .init("Do", "Does it."))
        let operation = try #require(member("paths", "/api/x/{id}/y/", "post", of: document.json))
        #expect(member("x-permission", of: operation) == "ostiary.view_user")
        #expect(
            member("description", of: operation)
                == "Does it.\n\nThe user must be a member of the staff, have the permission `ostiary.view_user` and have logged in within the last 10 minutes."
        )
        #expect(text(member("responses", "403", of: operation)).contains("fresh_login_required"))
    }

    @Test("a value that was changed meanwhile comes with the refusal")
    func changed() {
        let refusal = Refusal.changedMeanwhile(value: true, author: nil)
        var json = JSONWriter()
        refusal.write(to: &json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"detail":"The value was changed meanwhile.","value":true,"changed_by":null}"#)
        var problem = JSONWriter()
        refusal.writeProblem(to: &problem, under: "")
        #expect(
            String(decoding: problem.bytes, as: UTF8.self).hasSuffix(
                #""status":409,"code":"changed_meanwhile","detail":"The value was changed meanwhile.","value":true,"changed_by":null}"#
            ))
    }
}
